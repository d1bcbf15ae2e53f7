"""Find the parts of a date in a text, in the steps of Ruby's `Date._parse`.

Each step takes what it knows out of the text, and the next step sees what is left: the name of a day, a time
of day, then the first form of a date that fits, and at last a lone number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from practice_canvas.sis_csv.dates.zones import offset_of

LONGEST = 128
"""Ruby refuses to read longer texts (in bytes)."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NUMBERS = {name: str(number) for number, name in enumerate(_MONTHS, start=1)}


@dataclass
class Parts:
    """What a text says of a moment; None is what it does not say.

    Args:
        second: without fractions, which Canvas does not show.
        zone: the time zone as it is written; `offset` is None if Ruby does not know it.
        offset: seconds to add to UTC.
        other: it names a day of the week, a week or a day of the year: no use without a month.
        unread: what is left of the text.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    zone: str | None = None
    offset: Fraction | None = None
    other: bool = False
    unread: str = ""

    @property
    def empty(self) -> bool:
        """Whether the text says nothing of a moment."""
        said = (self.year, self.month, self.day, self.hour, self.minute, self.second, self.zone)
        return not self.other and all(part is None for part in said)


def find_parts(text: str) -> Parts:
    """Return the parts of a date that a text has."""
    parts = Parts(unread=_SEPARATING.sub(" ", text))
    _take(parts, _DAY_NAME, _read_day_name)
    _take(parts, _TIME, _read_time)
    any(_take(parts, form, read) for form, read in _FORMS)
    _take(parts, _BEFORE_CHRIST, _read_before_christ)
    _take(parts, _LONE_NUMBER, _read_lone_number)
    return parts


_Read = Callable[[Parts, re.Match[str]], None]


def _take(parts: Parts, form: re.Pattern[str], read: _Read) -> bool:
    """Read the first match and replace it, or its group "taken", by a blank."""
    found = form.search(parts.unread)
    if found is None:
        return False
    start, end = found.span("taken" if "taken" in form.groupindex else 0)
    parts.unread = f"{parts.unread[:start]} {parts.unread[end:]}"
    read(parts, found)
    return True


def _form(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the forms below: # is an ASCII digit, MONTH, ERA and YEAR are pieces."""
    pieces = {
        "MONTH": rf"(?P<name>{'|'.join(_MONTHS)})",
        "ERA": r"(?:c(?:e|\.e\.)|a(?:d|\.d\.)|(?P<bc>b(?:ce?|\.c\.(?:e\.)?)))",
        "NUMBER": "'?-?#+",
        "#": "[0-9]",
    }
    for name, piece in pieces.items():
        pattern = pattern.replace(name, piece)
    return re.compile(pattern, re.IGNORECASE)


_SEPARATING = re.compile(r"(?:[^\w\-+',./:@\[\]]|_)+")
_DAY_NAME = _form(r"\b(?:sun|mon|tue|wed|thu|fri|sat)[^-/0-9 ]*")
_TIME = _form(
    r"(?P<time>(?:#+ *: *#+(?: *: *#+(?:[,.]#*)?)?|#+ *h(?: *#+m?(?: *#+s?)?)?)(?: *[ap](?:m\b|\.m\.))?"
    r"|#+ *[ap](?:m\b|\.m\.))"
    r"(?: *(?P<zone>(?:gmt|utc?)?[-+]#+(?:[,.:]#+(?::#+)?)?"
    r"|(?:[^\W\d_]|[. ])+(?:standard|daylight) time\b|[^\W\d_]+(?: dst)?\b))?"
)
_TIME_OF_DAY = _form(
    r"(?P<hour>#+)h?(?: *:? *(?P<minute>#+)m?(?: *:? *(?P<second>#+)(?:[,.]#+)?s?)?)?"
    r"(?: *(?P<half>[ap])(?:m\b|\.m\.))?"
)
_BEFORE_CHRIST = _form(r"\b(?:bc\b|bce\b|b\.c\.|b\.c\.e\.)")
_LONE_NUMBER = _form(r"^ *(?P<number>##?) *$")


def _read_day_name(parts: Parts, found: re.Match[str]) -> None:
    parts.other = True


def _read_time(parts: Parts, found: re.Match[str]) -> None:
    _set_zone(parts, found["zone"])
    time = _TIME_OF_DAY.match(found["time"])
    if time is None:
        return
    parts.hour = int(time["hour"])
    if time["half"]:
        parts.hour = parts.hour % 12 + 12 * (time["half"].lower() == "p")
    parts.minute = int(time["minute"]) if time["minute"] else None
    parts.second = int(time["second"]) if time["second"] else None


def _set_zone(parts: Parts, zone: str | None) -> None:
    if zone:
        parts.zone, parts.offset = zone, offset_of(zone)


def _read_before_christ(parts: Parts, found: re.Match[str]) -> None:
    if parts.year is not None:
        parts.year = 1 - parts.year


def _read_lone_number(parts: Parts, found: re.Match[str]) -> None:
    """Read the last number as the day after a time, and as the hour after a day."""
    number = int(found["number"])
    if parts.hour is not None and parts.day is None and 1 <= number <= 31:
        parts.day = number
    if parts.day is not None and parts.hour is None and number <= 24:
        parts.hour = number


def _read_date(parts: Parts, found: re.Match[str]) -> None:
    """Read three numbers, or two and the name of a month."""
    said = found.groupdict()
    month = _MONTH_NUMBERS.get(said["name"].lower(), "0") if "name" in said else said["month"]
    _set_date(parts, said.get("year"), month, said.get("day"))
    if said.get("bc"):
        _read_before_christ(parts, found)


def _set_date(parts: Parts, year: str | None, month: str | None, day: str | None) -> None:
    """Set a date from texts that may be in another order: what is long or begins with ' is the year."""
    if year and month and day is None:
        year, month, day = None, year, month
    if year is None and day and _is_year(day):
        year, day = day, None
    if year and (number := re.match(r"[^-+0-9]*([-+]?[0-9]+)", year)) and number.end() < len(year):
        year, day = day, number[1]  # such as 2nd
    if month and _is_year(month):
        year, month, day = month, day, year
    if day and _is_year(day):
        year, day = day, year
    parts.year = _number(year, signed=True)
    parts.month = _number(month)
    parts.day = _number(day)


def _is_year(text: str) -> bool:
    return text.startswith("'") or len(text) > 2


def _number(text: str | None, signed: bool = False) -> int | None:
    found = re.search(r"[-+]?[0-9]+" if signed else "[0-9]+", text or "")
    return int(found[0]) if found else None


def _read_japanese(parts: Parts, found: re.Match[str]) -> None:
    parts.year = int(found["year"]) + _JAPANESE_ERAS[found["era"].casefold()]
    parts.month, parts.day = int(found["month"]), int(found["day"])


def _read_numbers(parts: Parts, found: re.Match[str]) -> None:
    """Read what the groups are named for."""
    for name, text in found.groupdict().items():
        if text and name != "taken":
            setattr(parts, name, int(text))


def _read_other(parts: Parts, found: re.Match[str]) -> None:
    parts.other = True


def _read_digits(parts: Parts, found: re.Match[str]) -> None:
    """Read digits that stand together: their count says what they are."""
    digits, time, fraction = found["digits"], found["time"] or "", found["fraction"] is not None
    layout = _LAYOUTS.get(len(digits), "")
    if layout and fraction and not time:
        _read_back_from_seconds(parts, digits)
    elif layout:
        _read_layout(parts, layout, digits)
        if parts.year is not None and found["sign"] == "-":
            parts.year = -parts.year
    parts.other = parts.other or bool(layout) or fraction
    if len(time) % 2 == 0:
        if fraction:
            _read_back_from_seconds(parts, time)
        else:
            _read_layout(parts, "HHMMSS"[: len(time)], time)
    _set_zone(parts, found["zone"])
    if found["brackets"]:
        _read_brackets(parts, found["brackets"])


def _read_brackets(parts: Parts, text: str) -> None:
    """Read a zone such as [-5:EST]: a number with a sign counts, or else the name after it."""
    number, colon, name = text.partition(":")
    parts.zone = name if colon else text
    if text[0].isdigit():
        number = name if colon else f"+{text}"
    parts.offset = offset_of(number)


def _read_layout(parts: Parts, layout: str, digits: str) -> None:
    for letter, name in _LETTERS.items():
        if letter in layout:
            setattr(parts, name, int(digits[layout.index(letter) : layout.rindex(letter) + 1]))


def _read_back_from_seconds(parts: Parts, digits: str) -> None:
    """Read digits before a fraction: seconds come last, and what is left of five pairs is the year."""
    for letter, name in reversed(_LETTERS.items()):
        if digits:
            taken = digits if letter == "Y" else digits[-2:]
            setattr(parts, name, int(taken))
            digits = digits[: -len(taken)]


_LETTERS = {"Y": "year", "m": "month", "d": "day", "H": "hour", "M": "minute", "S": "second"}
_LAYOUTS = {
    len(layout): layout
    for layout in (
        "dd",
        "---",  # the day of the year, of no use
        "mmdd",
        "YY---",
        "YYmmdd",
        "YYYY---",
        "YYYYmmdd",
        "YYYYmmddHH",
        "YYYYmmddHHMM",
        "YYYYmmddHHMMSS",
    )
}
_JAPANESE_ERAS = {"m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018}

_FORMS: tuple[tuple[re.Pattern[str], _Read], ...] = tuple(
    (_form(pattern), read)
    for pattern, read in (
        # 24 August 2026
        (
            r"(?P<day>'?#+)[^-0-9 ]* *MONTH[^-0-9 ']*(?: *ERA? *(?P<year>NUMBER(?:(?:st|nd|rd|th)\b)?))?",
            _read_date,
        ),
        # August 24, 2026
        (
            r"\bMONTH[^-0-9 ']* *(?P<day>'?#+)[^-0-9 ']*(?: *,? *ERA? *(?P<year>NUMBER))?",
            _read_date,
        ),
        # 2026-08-24, and 24-08-2026
        (r"(?P<year>'?[-+]?#+)-(?P<month>#+)-(?P<day>NUMBER)", _read_date),
        # R8.08.24: the year of a Japanese era
        (r"\b(?P<era>[mtshr])(?P<year>#+)\.(?P<month>#+)\.(?P<day>#+)", _read_japanese),
        # 24-AUG-2026, AUG-24-2026
        (r"(?P<day>NUMBER)-MONTH[^-/.]*-(?P<year>NUMBER)", _read_date),
        (r"\bMONTH[^-/.]*-(?P<day>NUMBER)(?:-(?P<year>NUMBER))?", _read_date),
        # 2026/08/24 and 24/08/2026, with dots as well
        (r"(?P<year>NUMBER)/ *(?P<month>'?#+)(?:[^0-9] *(?P<day>NUMBER))?", _read_date),
        (r"(?P<year>NUMBER)\. *(?P<month>'?#+)\. *(?P<day>NUMBER)", _read_date),
        # 2026-W35-1 and -W-1: a week
        (r"\b(?:##|####)?-?w##(?:-?#)?\b", _read_other),
        (r"-w-#\b", _read_other),
        # --08-24
        (r"--(?P<month>##)?-(?P<day>##)\b", _read_numbers),
        (r"--(?P<month>##)(?P<day>##)?\b", _read_numbers),
        # 2026-236 and -236: a day of the year
        (r"^(?!.*[,.](?:##|####)-###\b).*?\b(?P<taken>(?P<year>##|####)-###)\b", _read_numbers),
        (r"^(?!.*#-###\b).*?\b(?P<taken>-###)\b", _read_other),
        # '26, August, 24th
        (r"'(?P<year>#+)\b", _read_numbers),
        (r"\bMONTH[^ ]*", _read_date),
        (r"(?P<day>#+)(?:st|nd|rd|th)\b", _read_numbers),
        (
            r"(?P<sign>[-+]?)(?P<digits>#{2,14})(?: *t? *(?P<time>#{2,6})?(?:[,.](?P<fraction>#*))?)?"
            r"(?: *(?:(?P<zone>z\b|[-+]#{1,4}\b)|\[(?P<brackets>[-+]?#[^\]]*)\]))?",
            _read_digits,
        ),
    )
)
