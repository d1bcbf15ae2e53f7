"""Start parts of the practice Canvas as processes of their own, wherever the package is installed."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

WHERE_THE_PACKAGE_IS = str(Path(__file__).resolve().parents[1])
SECONDS_BETWEEN_LOOKS = 1.0


def module_command(module: str, *arguments: str | Path) -> list[str]:
    """Return the command line that runs a module of this package, or with "" the server itself."""
    name = f"{__package__}.{module}" if module else __package__
    return [sys.executable, "-m", name, *map(str, arguments)]


def apart() -> dict[str, Any]:
    """Return what starts a process outside of this one's terminal: no Ctrl+C reaches it."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def environment() -> dict[str, str]:
    """Return the environment of such a process.

    It finds this package, whichever folder it starts in, and has no token of a real Canvas.
    """
    kept = {name: value for name, value in os.environ.items() if name != "CANVAS_API_TOKEN"}
    paths = [WHERE_THE_PACKAGE_IS, *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths)}


def wait_for_end(starter: int) -> None:
    """Wait until the process that started this one has ended.

    Args:
        starter: its number. On Windows, the parent of this process may be the launcher of a virtual
            environment, which stays. Elsewhere it is the starter, and when that ends, another process.
    """
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        synchronize, forever = 0x00100000, 0xFFFFFFFF
        kernel = ctypes.WinDLL("kernel32")
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.WaitForSingleObject.argtypes = (wintypes.HANDLE, wintypes.DWORD)
        if handle := kernel.OpenProcess(synchronize, False, starter):
            kernel.WaitForSingleObject(handle, forever)
        return
    while os.getppid() == starter:  # which may have ended before this process was ready to look
        time.sleep(SECONDS_BETWEEN_LOOKS)
