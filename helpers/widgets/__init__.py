"""The lesson's panels: each is a thin view over one plain function."""

from helpers.widgets.connect_panel import connect_panel
from helpers.widgets.import_panel import import_panel
from helpers.widgets.json_view import show_json
from helpers.widgets.preflight_panel import preflight_panel
from helpers.widgets.results_panel import results_panel
from helpers.widgets.status_panel import status_panel

__all__ = ["connect_panel", "import_panel", "preflight_panel", "results_panel", "show_json", "status_panel"]
