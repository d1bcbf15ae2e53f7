"""Every kind of CSV file reaches every place: from the table, or the test names the place and the kind.

`python tests/test_every_kind.py` prints the same of a table to which one kind, an invented one, was added.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
RECIPE = "CONTRIBUTING.md"
INVENTED = """
    kind(
        "building",
        "buildings",
        signature="building_id building_name",
        columns="building_id! building_name! account_id>account" + _STATUS,
        identified_by="building_id",
        name_column="building_name",
        within="account_id",
        exported_as="buildings",
        rest_path="buildings/sis_building_id:",
        object_type="Building",
        cleaned=True,
    ),
"""

NO_TAGS = "the practice school does not have the feature institutional_tags"
NO_SETS = "the practice account has no differentiation tags: every row is rejected"
LINK = "its rows connect objects; no name can give a changed ID away"
TAGS = "institutional_tag_category institutional_tag institutional_tag_association"
TAG_SETS = "differentiation_tag_set differentiation_tag differentiation_tag_membership"


class Place(NamedTuple):
    """A module with something of its own for each kind.

    Args:
        module: its path.
        has: the kinds that it has something for.
        needs: the kinds that concern it.
        lacks: kinds it leaves out on purpose, as one text → why.
    """

    module: str
    has: set[str]
    needs: set[str]
    lacks: Mapping[str, str] = {}

    @property
    def left_out(self) -> set[str]:
        """The kinds that it leaves out on purpose."""
        return {name for names in self.lacks for name in names.split()}

    @property
    def gaps(self) -> set[str]:
        """The kinds that it should have something for, and has not."""
        return self.needs - self.has - self.left_out

    @property
    def stale(self) -> set[str]:
        """What it has, or is excused for, without need."""
        return (self.has - self.needs) | (self.left_out & self.has) | (self.left_out - self.needs)


def places() -> list[Place]:
    """Every place that needs more of a kind than the table says."""
    from docs import practice_canvas as document
    from helpers.client.school_ids import LISTS
    from helpers.preflight.references.churn import SERVER_TRAITS, TRAITS
    from helpers.rehearsal.term_shares import COURSE_OF
    from practice_canvas import sample_school
    from practice_canvas.engine.importers import IMPORTERS
    from practice_canvas.engine.importers.change_sis_id import TYPES
    from practice_canvas.sis_csv.kinds import EXPORTED, KIND_OF, KINDS
    from practice_canvas.store import records
    from practice_canvas.store.reads import report_types, sis_exports, sis_ids
    from practice_canvas.store.writes import cleanup

    every = set(KIND_OF)
    by_count_key = {kind.count_key: kind.name for kind in KINDS}
    by_object_type = {kind.object_type: kind.name for kind in KINDS if kind.object_type}
    change_type = KIND_OF["change_sis_id"].column("type")
    words = tomllib.loads((ROOT / "helpers/messages/explanations/words.toml").read_text(encoding="utf-8"))
    named_by_messages = {kind.name for kind in KINDS if {kind.count_key, kind.name} & words["files"].keys()}
    found_by_id = {kind.name for kind in KINDS if kind.rest_path}
    cleaned = {kind.name for kind in KINDS if kind.cleaned}
    exported = {kind.name for kind in EXPORTED.values()}
    by_export = {name: kind.name for name, kind in EXPORTED.items()}
    counted = {by_object_type.get(entity.context_type, entity.context_type) for entity in records.RESTORABLE}
    return [
        Place("practice_canvas/engine/importers/", set(IMPORTERS), every, {TAGS: NO_TAGS}),
        Place(
            "practice_canvas/engine/importers/change_sis_id.py",
            set(TYPES),
            set(change_type.values if change_type else ()),
        ),
        Place(
            "practice_canvas/store/records.py",
            counted - {"CommunicationChannel"},  # no CSV file has them as its objects
            set(by_object_type.values()),
        ),
        Place("practice_canvas/store/writes/cleanup.py", set(cleanup.CLEANED), cleaned),
        Place("practice_canvas/store/reads/sis_ids.py", set(sis_ids.KINDS), found_by_id),
        Place(
            "practice_canvas/store/reads/sis_exports.py",
            {by_export.get(name, name) for name in sis_exports.EXPORTS},
            exported,
        ),
        Place(
            "practice_canvas/store/reads/report_types.py",
            {by_export.get(name, name) for name in report_types.CANVAS_IDS},
            exported,
        ),
        Place(
            "practice_canvas/sample_school.py",
            {by_count_key.get(name, name) for name in sample_school.school()},
            every,
            {
                "change_sis_id": "it would rename what the other files have just made",
                "abstract_course": "hardly any school has them",
                "grade_publishing_results": "its rows need Canvas's own numbers of enrollments",
                TAG_SETS: NO_SETS,
                TAGS: NO_TAGS,
            },
        ),
        Place(
            "tests/conformance/",
            {name for case in document.read_cases() for name in document.kinds_in(case)},
            every,
            {TAGS: NO_TAGS},
        ),
        Place(
            "helpers/client/school_ids.py",
            set(LISTS),
            found_by_id,
            {"section group group_category": "Canvas lists them course by course only"},
        ),
        Place("helpers/rehearsal/term_shares.py", {by_export.get(name, name) for name in COURSE_OF}, cleaned),
        Place(
            "helpers/messages/explanations/words.toml",
            named_by_messages,
            every,
            {TAG_SETS: "no message about them is explained", TAGS: "no message about them is explained"},
        ),
        Place(
            "helpers/preflight/references/churn.py",
            set(TRAITS),
            {kind.name for kind in KINDS if kind.name_column},
            {
                "xlist enrollment admin group_membership user_observer": LINK,
                "abstract_course group_category": "few, and seldom with IDs that change",
                "differentiation_tag_set differentiation_tag": NO_SETS,
                "institutional_tag_category institutional_tag": NO_TAGS,
            },
        ),
        Place(
            "helpers/preflight/references/churn.py",
            set(SERVER_TRAITS),
            set(TRAITS),
            {
                "account": "the list does not name the parent account by its SIS ID",
                "group": "Canvas does not list all groups",
            },
        ),
    ]


def rules_of_columns() -> dict[str, Iterable[tuple[str, str]]]:
    """The modules with rules for single columns: (kind, column), as far as they are data."""
    from helpers.preflight.references import deleted, known, missing
    from helpers.preflight.rows import required

    return {
        "deleted.py": [*deleted._SILENT, *deleted._MAY, *deleted._ONLY],
        "missing.py": missing._ONLY_IF,
        "known.py": known._ALSO_MADE_BY.values(),
        "required.py": required._NOT_NEEDED,
    }


def test_every_place_has_every_kind_that_concerns_it() -> None:
    gaps = {place.module: sorted(place.gaps) for place in places() if place.gaps}
    assert not gaps, f"{RECIPE} says what to add for a new kind"


def test_no_place_has_or_excuses_more_than_concerns_it() -> None:
    assert not {place.module: sorted(place.stale) for place in places() if place.stale}


def test_rules_for_single_columns_are_about_columns_of_the_table() -> None:
    from practice_canvas.sis_csv.kinds import KIND_OF

    unknown = [
        (module, kind, column)
        for module, rules in rules_of_columns().items()
        for kind, column in rules
        if kind not in KIND_OF or not KIND_OF[kind].column(column)
    ]
    assert not unknown


def test_an_export_has_only_columns_that_an_import_reads() -> None:
    from practice_canvas.sis_csv.kinds import EXPORTED
    from practice_canvas.store.reads.sis_exports import EXPORTS

    assert list(EXPORTS) == list(EXPORTED)
    for name, kind in EXPORTED.items():
        columns = EXPORTS[name].columns
        assert not [column for column in columns if not kind.column(column)], name
        assert {*kind.compared_by, kind.name_column} <= columns.keys(), name


def test_the_columns_that_the_table_names_are_columns_of_the_kind() -> None:
    from practice_canvas.sis_csv.kinds import KINDS

    for kind in KINDS:
        named = {*kind.also_distinct_by, *kind.compared_by, kind.name_column, kind.within} - {""}
        assert all(kind.column(name) for name in named), kind.name


def test_the_recipe_names_every_place() -> None:
    text = (ROOT / RECIPE).read_text(encoding="utf-8")
    recipe = text.partition("## Add a CSV kind")[2].partition("\n## ")[0]
    assert not [place.module for place in places() if f"`{place.module}`" not in recipe]


def test_a_kind_that_is_only_in_the_table_is_handled_or_missed_by_name() -> None:
    run = subprocess.run(
        [sys.executable, __file__], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    # change_sis_id takes only the types that its column allows
    concerned = {place.module for place in places()} - {"practice_canvas/engine/importers/change_sis_id.py"}
    assert told.pop("gaps") == {module: ["building"] for module in concerned}
    assert told == {
        "recognized": "building",
        "by the name of the file": "building",
        "undo": "buildings",
        "export": True,
        "rehearsal": [["buildings", "created", "B2", "East"], ["buildings", "updated", "B1", "North"]],
        "rehearsal in words": "buildings",
        "look-up": ["buildings/sis_building_id:B1", True],
        "from an export": ["B1", "North", "", "A1"],
        "preflight": {"building": ["key-repeated", "reference-missing", "value-missing"]},
    }


def with_an_invented_kind() -> dict[str, Any]:
    """Return what becomes of a kind that is added to the table and nowhere else."""
    from practice_canvas.sis_csv import kinds

    source = Path(kinds.__file__).read_text(encoding="utf-8")
    start = "KINDS: tuple[Kind, ...] = ("
    assert source.count(start) == 1
    exec(compile(source.replace(start, start + INVENTED), kinds.__file__, "exec"), vars(kinds))  # noqa: S102

    from helpers.client.request_plans import EXPORT_KINDS
    from helpers.client.school_ids import ExportedIds, ServerIds
    from helpers.preflight import check_files
    from helpers.preflight.files.naming import kind_by_name
    from helpers.rehearsal.changes import compare
    from helpers.rehearsal.summary import kind_noun
    from helpers.repair.restore import OBJECTS

    class Client:
        asked = ""

        def get(self, path: str) -> None:
            self.asked = path

    client: Any = Client()
    answer = ServerIds(client).has("building", "B1")
    header = "building_id,building_name,account_id,status\n"
    recognized, by_name = kinds.recognize(header.strip().split(",")), kind_by_name("my buildings.csv")
    with TemporaryDirectory() as folder:
        before, after, sent = (Path(folder) / name for name in ("before", "after", "sent"))
        for place in (before, after, sent):
            place.mkdir()
        for place in (before, after):
            for name, kind in kinds.EXPORTED.items():
                columns = ",".join(column.name for column in kind.columns)
                (place / f"{name}.csv").write_text(f"{columns}\n", encoding="utf-8")
        (before / "buildings.csv").write_text(f"{header}B1,Nord,A1,active\n", encoding="utf-8")
        (after / "buildings.csv").write_text(
            f"{header}B1,North,A1,active\nB2,East,A1,active\n", encoding="utf-8"
        )
        (sent / "buildings.csv").write_text(
            f"{header}B1,North,A1,active\nB1,South,A1,active\nB3,,,active\n", encoding="utf-8"
        )
        (sent / "accounts.csv").write_text(
            "account_id,parent_account_id,name,status\nA0,,Main,active\n", encoding="utf-8"
        )
        changes = sorted(compare(before, after)[1], key=lambda change: change.sort)
        exported = list(ExportedIds(after).objects("building") or ())
        findings = check_files(sorted(sent.iterdir()))
    return {
        "gaps": {place.module: sorted(place.gaps) for place in sorted(places()) if place.gaps},
        "recognized": recognized and recognized.name,
        "by the name of the file": by_name and by_name.name,
        "undo": OBJECTS["Building"],
        "export": "buildings" in EXPORT_KINDS,
        "rehearsal": [[each.kind, each.sort, each.sis_id, each.name] for each in changes],
        "rehearsal in words": kind_noun("buildings"),
        "look-up": [client.asked, answer],
        "from an export": exported[0],
        "preflight": {
            "building": sorted({each.slug for each in findings if each.position.file == "buildings.csv"})
        },
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    print(json.dumps(with_an_invented_kind()))
