"""Load the templates of pages; every value is escaped, and a missing one is an error."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

SHARED = Path(__file__).with_name("templates") / "shared"


def templates(folder: Path) -> Environment:
    """Return the templates of a folder, and those that all pages share.

    Args:
        folder: with the templates of some pages.
    """
    return Environment(
        loader=FileSystemLoader([folder, SHARED], encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
