"""What looks right and is not: invisible characters, look-alike IDs, files of another format than their name.

Checks, repairs and reports share these facts, so that all of them see the same faults.
"""

from __future__ import annotations

import re
from typing import Final

ODD_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f"
"""Spaces that look like the plain one. The full-width space is not among them: East Asian names have it."""
JOINERS: Final = "\u200c\u200d"
"""They belong to the spelling of names in Persian, Hindi and other scripts."""
ZERO_WIDTH: Final = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
INVISIBLE: Final = f"[{ODD_SPACES}{JOINERS}{ZERO_WIDTH}]"
"""A regular expression, for Python and for DuckDB: characters that change an ID and cannot be seen."""

IGNORED_BETWEEN_LOOK_ALIKES: Final = rf"(\s|{INVISIBLE}|[=\"'])+"
"""A regular expression: two IDs that differ only in this, in case, or in leading zeros look alike."""

ZIP_SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SIGNATURES: Final = {
    **dict.fromkeys(ZIP_SIGNATURES, "a zip archive or an Excel workbook"),
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_DATABASE_ERROR: Final = "an error message of a database"
_TEXTS: Final = {
    r"<(!doctype html|html|head|body|title|meta|br)\b|<!--": "a web page",
    r"<(\?xml|!doctype)\b": "an XML document",
    r"\{\\rtf": "an RTF document",
    r"[{\[]\s*[\"'{}\[\]]": "JSON data",
    r"(ORA|SP2|TNS|DPI|DPY)-\d{4}": _DATABASE_ERROR,  # Oracle
    r"(\w+: )?(got )?(error|fatal):|error \d+ \(\w+\)": _DATABASE_ERROR,  # PostgreSQL, SQLite, MySQL
    r"Msg \d+, Level \d+|Sqlcmd: |SQL\d{4}N|SQLSTATE": _DATABASE_ERROR,  # SQL Server, Db2
    r"\[[\w /]+\]\[[\w /]+\]|(java|com|org|net)\.[\w.]+(Exception|Error)": _DATABASE_ERROR,  # ODBC, JDBC
    r"Traceback \(most recent": "an error message of a program",
}
SIGNATURE_BYTES: Final = 1024


def binary_format(start: bytes) -> str | None:
    """Return what a file is that begins with these bytes, None when it may be text."""
    return next((name for signature, name in _SIGNATURES.items() if start.startswith(signature)), None)


def text_format(start: bytes) -> str | None:
    """Return which text other than CSV begins with these bytes, None when it may be CSV."""
    text = start.decode("utf-8-sig", "replace").lstrip()
    return next((name for form, name in _TEXTS.items() if re.match(form, text, re.IGNORECASE)), None)
