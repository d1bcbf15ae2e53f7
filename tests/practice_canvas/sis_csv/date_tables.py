"""Texts and the moments that Canvas stores for them (ERR: refused, nil: no date and no message).

rails_dates.tsv was made with Ruby and Rails themselves (its first lines say how); field_dates.tsv has texts
that schools send, at the first of the presents.
"""

from pathlib import Path

PRESENTS = ("2026-11-26T00:00:00Z", "2028-02-29T23:30:00Z")


def _table(name: str) -> list[list[str]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("# ")][1:]


FIELD = _table("field_dates.tsv")
RAILS = _table("rails_dates.tsv")
TEXTS = [row[0] for row in FIELD + RAILS]
