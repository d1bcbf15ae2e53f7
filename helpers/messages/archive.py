"""Save a report in a folder for its import; `explain_import` can read it again."""

from __future__ import annotations

import csv
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import FileNotUsable, reason
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
    """Write a report to the subfolder `sis_import_<id>` of a folder, and return the subfolder.

    Raises:
        FileNotUsable: the folder cannot be written to.
    """
    target = folder / f"sis_import_{report.import_id or 'unknown'}"
    try:
        target.mkdir(parents=True, exist_ok=True)
        if report.sis_import:
            _write(target / IMPORT_FILE, json.dumps(_without_verifiers(report.sis_import.raw), indent=2))
        _write_messages(report, target / MESSAGES_FILE)
        _write(
            target / "report.html", PAGE.format(title=escape(view.headline(report)), body=view.html(report))
        )
    except OSError as fault:
        raise FileNotUsable(
            f"The report cannot be written to {target}: {reason(fault)}.",
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
            message = each.message
            row = (message.sis_import_id, message.file, message.message, message.row)
            writer.writerow((*row, message.severity, each.explanation.kind))


def _without_verifiers(raw: Any) -> Any:
    """Remove the verifiers from file URLs, because a URL with a verifier works without a token."""
    if isinstance(raw, dict):
        return {
            name: value.partition("?")[0]
            if name == "url" and isinstance(value, str)
            else _without_verifiers(value)
            for name, value in raw.items()
        }
    return [_without_verifiers(each) for each in raw] if isinstance(raw, list) else raw
