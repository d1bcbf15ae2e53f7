"""The model of a CSV kind and its columns, and the reader of the short form in which the table writes them.

How a column is written: `name`, then in this order and only where it applies
`!` a row without it is rejected, `+` the row of a new object is · `|other` unless this other column is filled
`>kind` it holds the SIS ID of that kind; if there is no such object, the row is rejected, but applied without
the ID where it says `>kind?` (in silence) or `>kind~` (with a warning) · `:date`, `:boolean`, `:number` its
content · `<100` the most characters, 255 by default · `=a|b` the only values, `^a|b` how a value must begin.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

_COLUMN = re.compile(
    r"(?P<name>\w+)(?P<required>[!+]?)(\|(?P<unless>\w+))?(>(?P<refers_to>\w+)(?P<unknown>[?~]?))?"
    r"(:(?P<holds>\w+))?(<(?P<longest>\d+))?((?P<match>[=^])(?P<values>[\w|]+))?"
)
LONGEST_TEXT = 255
_UNKNOWN: dict[str, Literal["refused", "silent", "reported"]] = {
    "": "refused",
    "?": "silent",
    "~": "reported",
}


@dataclass(frozen=True)
class Column:
    """One column of a kind.

    Args:
        name: its header, in lower case.
        required: a row in which it is empty is rejected,
        if_new: only new objects need it,
        unless: except when this other column is filled ("" for none).
        refers_to: the kind whose SIS id it holds ("" for none).
        unknown: what becomes of an id that does not exist: the row is "refused", or applied without the id,
            "silent" or "reported".
        holds: "text", "date", "boolean" or "number".
        longest: the most characters that are stored.
        values: the only values Canvas takes, in lower case; empty when any will do.
        begins: the value only has to begin with one of them.
    """

    name: str
    required: bool = False
    if_new: bool = False
    unless: str = ""
    refers_to: str = ""
    unknown: Literal["refused", "silent", "reported"] = "refused"
    holds: str = "text"
    longest: int = LONGEST_TEXT
    values: tuple[str, ...] = ()
    begins: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of CSV file.

    Args:
        name: as in `data.supplied_batches`.
        count_key: its key in `data.counts`.
        noun: what people call one of its objects.
        plural: what they call several.
        signature: the header needs one column of each of these groups,
        unless: and none of these.
        columns: what Canvas reads; any other column is ignored.
        identified_by: the columns that say which object a row is about (diffing compares by them).
        also_distinct_by: the columns that distinguish rows about one object from each other.
        compared_by: the columns by which a rehearsal finds an exported object in a later export.
        name_column: the column with its name, or with the SIS ID of what has a name ("" for none).
        within: the column with the SIS ID of the object that contains it ("" for none).
        feature: the account feature without which files of this kind are not recognized ("" for none).
        exported_as: the name of its file in a SIS export, without .csv ("" if it is not exported).
        rest_path: where the API has one object by its SIS ID, up to the ID ("" if the API cannot find it so).
        object_type: its name in `data.statistics` ("" if its state is not counted there).
        cleaned: batch mode deletes what a file of this kind no longer has.
    """

    name: str
    count_key: str
    noun: str
    plural: str
    signature: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    columns: tuple[Column, ...]
    identified_by: tuple[str, ...]
    also_distinct_by: tuple[str, ...]
    compared_by: tuple[str, ...]
    name_column: str = ""
    within: str = ""
    feature: str = ""
    exported_as: str = ""
    rest_path: str = ""
    object_type: str = ""
    cleaned: bool = False

    @property
    def one(self) -> str:
        """The noun with its article: "an enrollment"."""
        return f"{'an' if self.noun[0] in 'aeio' else 'a'} {self.noun}"

    @property
    def cleaned_key(self) -> str:
        """The key in `data.counts` of what batch mode deleted."""
        return f"batch_{self.count_key}_deleted"

    def fits(self, header: Collection[str]) -> bool:
        """Say whether a file with these column names (trimmed, in lower case) is of this kind."""
        return all(any(name in header for name in group) for group in self.signature) and not any(
            name in header for name in self.unless
        )

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


def _column(text: str) -> Column:
    part = _COLUMN.fullmatch(text)
    if part is None:
        raise ValueError(f"not a column: {text}")
    values = tuple(part["values"].split("|")) if part["values"] else ()
    return Column(
        part["name"],
        required=part["required"] == "!",
        if_new=part["required"] == "+",
        unless=part["unless"] or "",
        refers_to=part["refers_to"] or "",
        unknown=_UNKNOWN[part["unknown"] or ""],
        holds=part["holds"] or "text",
        longest=int(part["longest"] or LONGEST_TEXT),
        values=values,
        begins=part["match"] == "^",
    )


def kind(
    name: str,
    count_key: str,
    *,
    signature: str,
    columns: str,
    identified_by: str,
    noun: str = "",
    unless: str = "",
    also_distinct_by: str = "",
    compared_by: str = "",
    **others: Any,
) -> Kind:
    """Read a row of the table; where `Kind` has several names, their text has them between blanks."""
    return Kind(
        name,
        count_key,
        noun=noun or name.replace("_", " "),
        plural=f"{noun}s" if noun else count_key.replace("_", " "),
        signature=tuple(tuple(group.split("|")) for group in signature.split()),
        unless=tuple(unless.split()),
        columns=tuple(_column(text) for text in columns.split()),
        identified_by=tuple(identified_by.split()),
        also_distinct_by=tuple(also_distinct_by.split()),
        compared_by=tuple((compared_by or identified_by).split()),
        **others,
    )
