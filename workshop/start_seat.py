"""Start a user's Jupyter server with the lesson in it: the command of a hub's spawner.

    python workshop/start_seat.py [options of jupyterhub-singleuser]

The user gets a copy of the notebooks and the data in ~/lesson, the first time. What is there already stays:
it may be the user's work. The code stays where it is installed, so that an update reaches everybody.
"""

import os
import shutil
import sys
from pathlib import Path

LESSON = Path(__file__).resolve().parents[1]
FOLDERS = ("notebooks", "data")


def main() -> None:
    """Copy what is missing, then become the Jupyter server."""
    mine = Path.home() / "lesson"
    for folder in FOLDERS:
        give(LESSON / folder, mine / folder)
    os.environ["LESSON_DATA"] = str(mine / "data")
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:]])  # noqa: S606


def give(source: Path, target: Path) -> None:
    """Copy the files of a folder that are not in the other one."""
    for file in source.rglob("*"):
        copy = target / file.relative_to(source)
        if file.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


if __name__ == "__main__":
    main()
