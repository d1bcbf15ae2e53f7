"""Choose the lines of a lock that apply to another computer: `python -m launcher.lines LOCK MARKERS`.

It runs in .venv, which has `packaging`: pip itself evaluates the markers for the computer that it runs on.
"""

import json
import re
import sys
from pathlib import Path

from packaging.requirements import Requirement


def lines(lock: str, markers: dict[str, str]) -> list[str]:
    """Return the requirements of a lock that apply, without their markers and with their hashes.

    Args:
        lock: its text.
        markers: what the other computer answers to environment markers, such as sys_platform.
    """
    chosen = []
    for block in re.split(r"\n(?=\S)", lock.strip()):
        first, *hashes = block.replace("\\\n", "\n").split("\n")
        requirement = Requirement(first)
        if requirement.marker is None or requirement.marker.evaluate(markers):
            chosen.append(" ".join([f"{requirement.name}{requirement.specifier}", *map(str.strip, hashes)]))
    return chosen


if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    print("\n".join(lines(text, json.loads(sys.argv[2]))))
