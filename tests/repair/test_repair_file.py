"""Repairs: a new file, a list of changes, and the original as it was."""

from pathlib import Path

import pytest

from helpers.errors import FileNotRepairable
from helpers.preflight import check_files
from helpers.repair import repair_file

USERS = "user_id,login_id,full_name,status\n"
NORA = "0000101,nora,Nora Lind,active\n"
GOOD = USERS + NORA
TABLE = [
    (
        GOOD.replace("Lind", "Löd").encode("cp1252"),
        GOOD.replace("Lind", "Löd"),
        "lines decoded from Windows-1252",
    ),
    (GOOD.encode("utf-16"), GOOD, "lines decoded from UTF-16"),
    (GOOD.encode("utf-16-be"), GOOD, "lines decoded from UTF-16"),
    (GOOD.encode("utf-32"), GOOD, "lines decoded from UTF-32"),
    (b"\xef\xbb\xbf" + GOOD.encode(), GOOD, "byte-order mark"),
    (GOOD.replace(",", ";").encode(), GOOD, "rows now separated by commas"),
    (("Our users,,,\n" * 5 + GOOD).encode(), GOOD, "lines above the header"),
    (
        GOOD.replace(",", "\t").replace("Nora Lind", "Lind, Nora").encode(),
        GOOD.replace("Nora Lind", '"Lind, Nora"'),
        "rows now separated",
    ),
    (USERS.encode() + NORA.encode().replace(b"\n", b"\r\n"), GOOD, "line endings"),
    (GOOD.replace("Nora Lind", "Nora\rLind").encode(), GOOD, "line breaks inside values"),
    (GOOD.replace(",status", ", status ").encode(), GOOD, "column names"),
    (GOOD.replace("101,", "101\u00a0,").encode(), GOOD, "invisible characters"),
    (GOOD.replace("101,", "1\u200b0\u200c1,").encode(), GOOD, "invisible characters"),
    (GOOD.replace("Nora", "No\0ra").encode(), GOOD, "NUL characters"),
    (
        GOOD.replace("Nora Lind", 'Nora "N" Lind').encode(),
        GOOD.replace("Nora Lind", '"Nora ""N"" Lind"'),
        "lines with corrected quotes",
    ),
    (
        GOOD.replace("Nora Lind", ' "Lind, Nora"').encode(),
        GOOD.replace("Nora Lind", '"Lind, Nora"'),
        "lines with corrected quotes",
    ),
    (GOOD.replace("0000101", '"=""0000101"""').encode(), GOOD, 'values unwrapped from =""'),
    (
        GOOD.replace("Nora Lind", '"=""Nora """"N"""" Lind"""').encode(),
        GOOD.replace("Nora Lind", '"Nora ""N"" Lind"'),
        'values unwrapped from =""',
    ),
    (GOOD.replace("0000101", "'0000101").encode(), GOOD, "apostrophes removed"),
    (GOOD.replace("Nora", "\u200eNora").encode(), GOOD, "invisible characters"),
]


@pytest.mark.parametrize(("broken", "repaired", "change"), TABLE)
def test_what_is_repaired(tmp_path: Path, broken: bytes, repaired: str, change: str) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(broken)
    made = repair_file(path)
    assert made.path == tmp_path / "users_repaired.csv"
    assert made.path.read_bytes() == repaired.encode()
    assert len(made.changes) == 1 and change in str(made) and "Still to correct" not in str(made)
    assert path.read_bytes() == broken
    assert check_files(made.path).ok


TERMS = "term_id,name,status\nT1,One,active\n"


@pytest.mark.parametrize(
    ("name", "broken", "repaired"),
    [
        ("terms.csv", TERMS + '"T2,Two,active"\n', TERMS + "T2,Two,active\n"),
        ("terms.csv", TERMS + '"T2,Two"\n', TERMS + '"T2,Two"\n'),
        ("users.csv", GOOD + '"2,b,B,active"\n', GOOD + "2,b,B,active\n"),
        ("users.csv", GOOD + '2,b,"B, B, B, B",active\n', GOOD + '2,b,"B, B, B, B",active\n'),
        ("users.csv", GOOD + '"2,b,B,active",b,,\n', GOOD + '"2,b,B,active",b,,\n'),
        (
            "users.csv",
            GOOD + "four lines\nthree lines\ntwo lines\none line\n",
            GOOD + "four lines\n",
        ),
        (
            "users.csv",
            "'user_id','login_id','full_name','status'\n'0000101','nora',',active\n",
            "user_id,login_id,full_name,status\n0000101,nora,',active\n",
        ),
    ],
)
def test_what_is_no_fault_stays_beside_one(tmp_path: Path, name: str, broken: str, repaired: str) -> None:
    """Each file has a byte-order mark, which is removed."""
    path = tmp_path / name
    path.write_text(broken, encoding="utf-8-sig")
    assert repair_file(path).path.read_text("utf-8") == repaired


def test_each_apostrophe_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text(GOOD.replace("0000101", "'0000101"), encoding="utf-8")
    assert "apostrophes removed from numeric IDs: 1" in str(repair_file(path))


def test_a_formula_without_quotes_around_it_is_unwrapped(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text(GOOD.replace("0000101", '="0000101"'), encoding="utf-8")
    made = repair_file(path)
    assert made.path.read_text(encoding="utf-8") == GOOD
    assert 'values unwrapped from ="": 1' in str(made) and check_files(made.path).ok


def test_what_remains_to_correct_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text(GOOD.replace("0000101", "'0000101").replace("active\n", "odd\n", 1), encoding="utf-8")
    made = repair_file(path)
    assert len(made.remaining) == 1
    assert f"Still to correct (1):\n  {made.remaining[0]}" in str(made)


def test_values_beyond_the_header_stay_and_lose_what_is_invisible(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text(GOOD.replace("active\n", "active,\u200bmore,\n"), encoding="utf-8")
    made = repair_file(path, accept=["surplus-values"])
    assert made.path.read_text("utf-8") == GOOD.replace("active\n", "active,more,\n")


def test_names_keep_their_apostrophes_and_equal_marks(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    rows = "1,a,'t Hooft,active\n2,b,=c,active\n3,c,'007,active\n"
    path.write_bytes((USERS + rows).replace(",", ";").encode())
    made = repair_file(path)
    assert made.path.read_text(encoding="utf-8") == USERS + rows


@pytest.mark.parametrize("name", ["می\u200cخواهم", "क्\u200dष", "\u200fمقدمة\u200e (101)", "כהן\u200f"])
def test_names_keep_the_joiners_and_marks_of_their_script(tmp_path: Path, name: str) -> None:
    path = tmp_path / "users.csv"
    path.write_text(GOOD.replace("Nora Lind", name).replace(",", ";"), encoding="utf-8")
    made = repair_file(path)
    assert made.path.read_text(encoding="utf-8") == GOOD.replace("Nora Lind", name)


def test_a_title_above_quoted_values_and_semicolons_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    quoted = "".join(f'"{line}"\n'.replace(",", '";"') for line in GOOD.splitlines())
    path.write_text("#TYPE Row\n" + quoted, encoding="utf-8")
    assert repair_file(path).path.read_text(encoding="utf-8") == GOOD


def test_a_doubled_quote_inside_quotes_is_one(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text(
        "'user_id','login_id','full_name','status'\n'1','a','O''Brien','active'\n", encoding="utf-8"
    )
    assert repair_file(path).path.read_text(encoding="utf-8") == USERS + "1,a,O'Brien,active\n"


def test_quotes_are_judged_after_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(GOOD.replace("Nora Lind", ' "Löd, Nora"').encode("cp1252"))
    made = repair_file(path)
    assert made.path.read_text(encoding="utf-8") == GOOD.replace("Nora Lind", '"Löd, Nora"')


@pytest.mark.parametrize(
    ("pattern", "value", "padded"),
    [
        ("0000000", "101", "0000101"),
        ("0000000", "x101", "x101"),
        ("S0000", "S7", "S0007"),
        ("S0000", "7", "7"),
    ],
)
def test_zeros_are_padded_by_the_pattern_you_name(
    tmp_path: Path, pattern: str, value: str, padded: str
) -> None:
    path = tmp_path / "users.csv"
    path.write_text(f"{USERS}{value},n,Nora,active\n1,\u00a0m,Mia,active\n", encoding="utf-8")
    made = repair_file(path, zeros={"User_ID": pattern})
    assert made.path.read_text(encoding="utf-8").splitlines()[1] == f"{padded},n,Nora,active"


@pytest.mark.parametrize(
    ("content", "zeros", "why"),
    [
        (GOOD, {}, "nothing to repair"),
        ("", {}, "empty"),
        ('[{"user_id": "1", "login_id": "a"}]', {}, "users.csv contains JSON data instead of rows"),
        ("%PDF-1.4\n", {}, "users.csv is a PDF document, not a CSV file"),
        (GOOD + '2,m,"Mia,active\n', {}, "which values the quotes enclose, near line 3"),
        ("\n\n" + GOOD + '2,m,"Mia,active\n', {}, "which values the quotes enclose, near line 5"),
        (GOOD + '2,m,="Mia, Lind",active\n', {}, "which values the quotes enclose, near line 3"),
        (GOOD + '2,m,Mia "M, N" Lind,active\n', {}, "which values the quotes enclose, near line 3"),
        (GOOD + '"2,m,Mia,Lind,of,nowhere,active"\n', {}, "the quotes enclose in “2,m,Mia,Lind,of,nowhere"),
        (GOOD + '2,m,="Mia,active\n', {}, 'Row 3 contains “="Mia”'),
        (GOOD + "=A2,m,Mia,active\n", {}, "Row 3 contains “=A2”"),
        (GOOD + "'t-1,m,Mia,active\n", {}, "Row 3 contains “'t-1”"),
        (GOOD, {"user_id": "seven"}, "is not a pattern"),
        (GOOD, {"userid": "000"}, "no column userid"),
    ],
)
def test_what_cannot_be_repaired_is_refused_and_leaves_no_file(
    tmp_path: Path, content: str, zeros: dict[str, str], why: str
) -> None:
    path = tmp_path / "users.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileNotRepairable) as refused:
        repair_file(path, zeros=zeros)
    assert why in refused.value.what and refused.value.fix and refused.value.comparison is None
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(GOOD.replace(",", ";").encode())
    with pytest.raises(FileNotRepairable, match="already exists"):
        repair_file(path, path)
    first, second = repair_file(path), repair_file(path)
    assert (first.path.name, second.path.name) == ("users_repaired.csv", "users_repaired2.csv")
    assert path.read_bytes() == GOOD.replace(",", ";").encode()


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotRepairable, match="No such file"):
        repair_file(tmp_path / "gone.csv")
