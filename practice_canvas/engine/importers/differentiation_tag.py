"""Differentiation tags: their files are recognized, but the account does not have the feature.

Each row gives a warning, as in a Canvas account with the feature turned off.
"""

from typing import ClassVar

from practice_canvas.engine.importer import Rejected, Row, RowImporter


class DifferentiationTagSetImporter(RowImporter):
    """Rows of differentiation_tag_sets.csv."""

    kind = "differentiation_tag_set"
    id_columns: ClassVar[tuple[str, ...]] = ("tag_set_id",)

    def import_row(self, row: Row) -> bool | None:
        """Reject the row; the message has its IDs."""
        named = " and ".join(f"the {column} {row[column] or '(none)'}" for column in self.id_columns)
        raise Rejected(f"The row with {named} was skipped: the account has no differentiation tags.")


class DifferentiationTagImporter(DifferentiationTagSetImporter):
    """Rows of differentiation_tags.csv."""

    kind = "differentiation_tag"
    id_columns = ("tag_id",)


class DifferentiationTagMembershipImporter(DifferentiationTagSetImporter):
    """Rows of differentiation_tag_membership.csv."""

    kind = "differentiation_tag_membership"
    id_columns = ("tag_id", "user_id")
