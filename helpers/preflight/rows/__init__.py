"""The checks of rows, one small rule or family of rules per module; each takes a school and a kind."""

from __future__ import annotations

from collections.abc import Callable

from helpers.preflight.rows import (
    allowed,
    changes,
    characters,
    dates,
    emails,
    keys,
    lengths,
    lines,
    logins,
    look_alikes,
    pairs,
    placeholders,
    required,
    roles,
    spreadsheets,
    surplus,
    texts,
    wrappers,
    zeros,
)
from helpers.preflight.school import School
from practice_canvas.sis_csv.model import Kind

ROW_CHECKS: tuple[Callable[[School, Kind], None], ...] = (
    lines.check,
    required.check,
    allowed.check,
    lengths.check,
    characters.check,
    dates.check,
    emails.check,
    roles.check,
    pairs.check,
    changes.check,
    placeholders.check,
    spreadsheets.check,
    look_alikes.check,
    texts.check,
    wrappers.check,
    zeros.check,
    surplus.check,
    keys.check,
    logins.check,
)
