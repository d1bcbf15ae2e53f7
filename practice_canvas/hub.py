"""What is different in a Jupyter server that a JupyterHub started: others may share the computer.

Processes of other users reach every port of the computer, so tokens and pages are for the owner alone; and a
user who leaves must not leave processes behind.
"""

import os

PREFIX_VARIABLE = "JUPYTERHUB_SERVICE_PREFIX"
"""Set by JupyterHub: the path of the user's server, such as `/user/ana/`."""
SERVER_VARIABLE = "PRACTICE_CANVAS_END_WITH"
"""The process of the user's server, for all that starts in it: kernels, terminals, the launcher."""
PROXY_NAME = "practice-canvas"
"""The name under which jupyter-server-proxy shows the pages, below the prefix."""
IDLE_HOURS = 4


def prefix() -> str | None:
    """Return the path of the user's server behind a hub, such as `/user/ana/`; None on a desk."""
    return os.environ.get(PREFIX_VARIABLE) or None


def privacy_options() -> list[str]:
    """Return the options that keep other users of this computer out of a practice Canvas: none on a desk."""
    return ["--own-tokens", "--private-pages"] if prefix() else []


def start_options() -> list[str]:
    """Return the options of a practice Canvas that serves while its user is here: none on a desk."""
    if not prefix():
        return []
    server = os.environ.get(SERVER_VARIABLE)
    ends = ["--end-with", server] if server else []
    return [*privacy_options(), "--idle-hours", str(IDLE_HOURS), *ends]
