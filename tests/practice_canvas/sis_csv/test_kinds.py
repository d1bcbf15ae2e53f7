import pytest

from practice_canvas.sis_csv.kinds import CLEANED, COUNT_KEYS, KIND_OF, KINDS, recognize
from practice_canvas.sis_csv.model import Column
from practice_canvas.sis_csv.model import kind as kind_of

ORDER = (
    "change_sis_id account term abstract_course course section xlist user login enrollment admin"
    " group_category differentiation_tag_set group differentiation_tag group_membership"
    " differentiation_tag_membership institutional_tag_category institutional_tag"
    " institutional_tag_association grade_publishing_results user_observer"
)


def test_the_kinds_stand_in_canvas_s_order() -> None:
    assert [kind.name for kind in KINDS] == ORDER.split()


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("old_id", "change_sis_id"),
        ("old_integration_id new_id type", "change_sis_id"),
        ("user_id login_id status old_id", "change_sis_id"),
        ("account_id parent_account_id", "account"),
        ("account_id name status", None),
        ("term_id name", "term"),
        ("course_id short_name long_name term_id name", "term"),
        ("abstract_course_id short_name", "abstract_course"),
        ("abstract_course_id short_name course_id", "course"),
        ("course_id short_name", "course"),
        ("section_id name", "section"),
        ("section_id name user_id role", "section"),
        ("xlist_course_id section_id", "xlist"),
        ("user_id login_id", "user"),
        ("user_id login_id existing_canvas_user_id", "login"),
        ("existing_integration_id", "login"),
        ("course_id user_id", "enrollment"),
        ("section_id user_integration_id", "enrollment"),
        ("user_id role status", None),
        ("account_id user_id", "admin"),
        ("group_category_id category_name", "group_category"),
        ("tag_set_id set_name", "differentiation_tag_set"),
        ("group_id name", "group"),
        ("tag_id name", "differentiation_tag"),
        ("group_id user_id", "group_membership"),
        ("tag_id user_id", "differentiation_tag_membership"),
        ("enrollment_id grade_publishing_status", "grade_publishing_results"),
        ("observer_id student_id", "user_observer"),
        ("", None),
    ],
)
def test_a_file_is_of_the_first_kind_that_its_header_fits(header: str, kind: str | None) -> None:
    found = recognize(header.split())
    assert (found.name if found else None) == kind


def test_letter_case_and_blanks_do_not_matter_for_recognizing() -> None:
    assert recognize(["Course_ID", " SHORT_NAME "]) is KIND_OF["course"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("category_id name", "institutional_tag_category"),
        ("institutional_tag_id category_id name", "institutional_tag"),
        ("institutional_tag_id user_id", "institutional_tag_association"),
    ],
)
def test_institutional_tags_are_only_recognized_with_their_feature(header: str, kind: str) -> None:
    assert recognize(header.split()) is None
    assert recognize(header.split(), features=["institutional_tags"]) is KIND_OF[kind]


def test_every_column_that_identifies_or_refers_is_known() -> None:
    for kind in KINDS:
        assert all(kind.column(name) for name in kind.identified_by), kind.name
        assert all(not column.refers_to or column.refers_to in KIND_OF for column in kind.columns), kind.name
        assert all(not column.unless or kind.column(column.unless) for column in kind.columns), kind.name


def test_the_signature_is_made_of_columns_of_the_kind() -> None:
    for kind in KINDS:
        assert all(kind.column(name) for group in kind.signature for name in group), kind.name


def test_count_keys_are_all_different() -> None:
    assert len(set(COUNT_KEYS)) == len(KINDS) == 22


def test_a_column_tells_whether_a_value_only_has_to_begin_with_an_allowed_word() -> None:
    begins = {name: KIND_OF[name].column("status") for name in ("course", "enrollment")}
    assert {name: column.begins for name, column in begins.items() if column} == {
        "course": True,
        "enrollment": False,
    }


def test_a_column_tells_what_an_unknown_id_does() -> None:
    courses = {column.name: column for column in KIND_OF["course"].columns}
    told = [courses[name].unknown for name in ("account_id", "term_id", "abstract_course_id")]
    assert told == ["refused", "silent", "reported"]


def test_a_row_of_the_table_is_read_as_its_short_form_says() -> None:
    read = kind_of(
        "odd_thing",
        "odd_things",
        signature="a|b c",
        unless="x y",
        columns="a! b+|a>course? c!|b:date<100=x|y d>user~ e^p|q f",
        identified_by="a b",
    )
    assert read.columns == (
        Column("a", required=True),
        Column("b", if_new=True, unless="a", refers_to="course", unknown="silent"),
        Column("c", required=True, unless="b", holds="date", longest=100, values=("x", "y")),
        Column("d", refers_to="user", unknown="reported"),
        Column("e", values=("p", "q"), begins=True),
        Column("f", longest=255),
    )
    assert (read.noun, read.plural, read.one) == ("odd thing", "odd things", "an odd thing")
    assert (read.signature, read.unless) == ((("a", "b"), ("c",)), ("x", "y"))
    assert (read.identified_by, read.compared_by, read.also_distinct_by) == (("a", "b"), ("a", "b"), ())
    assert (read.column("f"), read.column("g")) == (Column("f"), None)


@pytest.mark.parametrize(
    ("name", "one", "plural"),
    [
        ("change_sis_id", "a SIS ID change", "SIS ID changes"),
        ("enrollment", "an enrollment", "enrollments"),
        ("abstract_course", "an abstract course", "abstract courses"),
        ("user", "a user", "users"),
        ("xlist", "a cross-listing", "cross-listings"),
        ("group_category", "a group set", "group sets"),
        ("group_membership", "a group membership", "group memberships"),
        ("grade_publishing_results", "a grade publishing result", "grade publishing results"),
        ("user_observer", "an observer link", "observer links"),
    ],
)
def test_a_kind_has_a_noun_that_a_sentence_can_use(name: str, one: str, plural: str) -> None:
    assert (KIND_OF[name].one, KIND_OF[name].plural) == (one, plural)


def test_what_distinguishes_rows_about_the_same_object() -> None:
    found = {kind.name: kind.also_distinct_by for kind in KINDS if kind.also_distinct_by}
    assert found == {
        "change_sis_id": ("type",),
        "term": ("date_override_enrollment_type",),
        "admin": ("role", "role_id"),
    }


def test_batch_mode_cleans_up_three_kinds() -> None:
    assert [kind.cleaned_key for kind in CLEANED] == [
        "batch_courses_deleted",
        "batch_sections_deleted",
        "batch_enrollments_deleted",
    ]
