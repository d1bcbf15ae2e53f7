"""Keep a report: a folder of its own for each import, from which it can be made again."""

from __future__ import annotations

import csv
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import FileNotUsable
from helpers.messages import view
from helpers.messages.saved import COLUMNS, IMPORT_FILE, MESSAGES_FILE

if TYPE_CHECKING:
    from helpers.messages.report import Report

PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    "<style>body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto }}"
    " td, th {{ text-align: left; vertical-align: top; padding: .2em .8em }}</style>{body}</html>"
)


def write_archive(report: Report, folder: Path) -> Path:
    """Write a report below a folder and return its own folder, `sis_import_<id>`.

    Raises:
        FileNotUsable: it cannot be written there.
    """
    target = folder / f"sis_import_{report.import_id or 'unknown'}"
    try:
        target.mkdir(parents=True, exist_ok=True)
        if report.sis_import:
            _write(target / IMPORT_FILE, json.dumps(_without_keys(report.sis_import.raw), indent=2))
        _write_messages(report, target / MESSAGES_FILE)
        _write(
            target / "report.html", PAGE.format(title=escape(view.headline(report)), body=view.html(report))
        )
    except OSError as fault:
        raise FileNotUsable(
            f"The report cannot be written into {target}: {fault.strerror or fault}.",
            "Choose another folder.",
        ) from None
    return target


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def _write_messages(report: Report, path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*COLUMNS, "severity", "kind"))
        for each in report.messages:
            told = each.message
            row = (told.sis_import_id, told.file, told.message, told.row)
            writer.writerow((*row, told.severity, each.explanation.kind))


def _without_keys(raw: Any) -> Any:
    """Leave the verifiers out of the addresses of files: whoever has one needs no token to fetch the file."""
    if isinstance(raw, dict):
        return {
            name: value.partition("?")[0]
            if name == "url" and isinstance(value, str)
            else _without_keys(value)
            for name, value in raw.items()
        }
    return [_without_keys(each) for each in raw] if isinstance(raw, list) else raw
