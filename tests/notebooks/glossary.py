"""The terms of the glossary, and where a notebook uses one for the first time."""

from __future__ import annotations

import re
from pathlib import Path

from tests.notebooks.runs import ROOT, Notebook

GLOSSARY = ROOT / "notebooks" / "glossary.md"
FORMS = {
    "cross-listing": r"[Cc]ross-list(?:ing|ed)",
    "polling": r"[Pp]oll(?:ing|s)?",
    "sticky": r"[Ss]tick(?:y|iness)",
    "guard": r"[Gg]uards?",
    "SIS": r"SIS(?! (?:ID|export))",
}
"""How a term is written in a text, where adding an s is not enough."""
UNSEEN = re.compile(
    r"\(glossary\.md#[^)]*\)|<details>.*?</details>|```.*?```|^[#|].*?$|\[[^\]]*\]\((?!glossary)[^)]*\)|`[^`\n]*`",
    re.DOTALL | re.MULTILINE,
)
"""What is not prose: solutions, code, headings, tables, other links; a name alone in code marks is prose."""


def terms() -> list[str]:
    return re.findall(r"^## (.+)$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)


def link(term: str) -> str:
    return f"glossary.md#{term.lower().replace(' ', '-')}"


def first_use(text: str, term: str) -> re.Match[str] | None:
    """Return where a term is used first in a cell's prose, without its bold, italic, or code marks."""
    blank = UNSEEN.sub(
        lambda found: found[0] if re.fullmatch(r"`\w+`", found[0]) else "\0" * len(found[0]), text
    )
    form = FORMS.get(term) or rf"[{term[0].upper()}{term[0].lower()}]{re.escape(term[1:])}s?"
    return re.search(rf"(?<![\w-]){form}(?![\w-])", blank)


def unlinked(notebook: Notebook) -> list[tuple[str, str]]:
    """Return each term whose first use in a notebook does not link to the glossary, with the cell's ID."""
    missing = []
    for term in terms():
        for cell in notebook.cells:
            found = first_use(cell.source, term) if cell.cell_type == "markdown" else None
            if found:
                after = cell.source[found.end() :].lstrip("*`_")
                if not after.startswith(f"]({link(term)})"):
                    missing.append((cell.id, term))
                break
    return missing


def add_links(path: Path) -> None:
    """Link the first use of each term in a notebook."""
    import json

    import nbformat

    for cell_id, term in unlinked(nbformat.read(path, as_version=4)):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cell = next(each for each in notebook["cells"] if each["id"] == cell_id)
        text = "".join(cell["source"])
        found = first_use(text, term)
        assert found
        start, end = found.span()
        for mark in ("**", "*", "`"):
            if text[:start].endswith(mark) and text[end:].startswith(mark):
                start, end = start - len(mark), end + len(mark)
        text = f"{text[:start]}[{text[start:end]}]({link(term)}){text[end:]}"
        cell["source"] = text.splitlines(keepends=True)
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":  # python -m tests.notebooks.glossary, after you have changed a text
    for each in sorted((ROOT / "notebooks").glob("*.ipynb")):
        add_links(each)
