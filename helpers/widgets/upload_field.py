"""An upload button that names the selected files at once and sends their content in slices.

Jupyter drops a message above its size limit (10 MB) together with the connection, and ipywidgets' own upload
button sends each file as one message, and only after it has read it.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class UploadField(anywidget.AnyWidget):
    """The button. It sends three kinds of messages, each with the `id` of the selection.

    `selected` has the name and the size of each file. `slice` answers a request for `length` bytes of a file
    from `at` on. `unreadable` says that the browser cannot read one of the files.
    """

    _esm = Path(__file__).with_suffix(".js")
    description = traitlets.Unicode().tag(sync=True)
    tooltip = traitlets.Unicode().tag(sync=True)
    accept = traitlets.Unicode().tag(sync=True)
    multiple = traitlets.Bool(False).tag(sync=True)
    file_name = traitlets.Unicode().tag(sync=True)
    """The files that were uploaded; the button shows them in place of its description."""
