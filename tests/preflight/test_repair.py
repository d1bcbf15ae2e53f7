"""Repairs: a new file, a list of changes, and the original as it was."""

from pathlib import Path

import pytest

from helpers.preflight import check_files, repair

USERS = "user_id,login_id,full_name,status\n"
NORA = "0000101,nora,Nora Lind,active\n"
GOOD = USERS + NORA
TABLE = [
    (
        GOOD.replace("Lind", "Lüd").encode("cp1252"),
        GOOD.replace("Lind", "Lüd"),
        "lines decoded from Windows-1252",
    ),
    (
        (
            GOOD.replace("Nora", "Nöra").encode()
            + GOOD.splitlines()[1].replace("Nora", "Nöra").encode("cp1252")
        ),
        GOOD.replace("Nora", "Nöra") + NORA.replace("Nora", "Nöra"),
        "lines decoded from Windows-1252",
    ),
    (GOOD.encode("utf-16"), GOOD, "lines decoded from UTF-16"),
    (GOOD.encode("utf-16-be"), GOOD, "lines decoded from UTF-16"),
    (b"\xef\xbb\xbf" + GOOD.encode(), GOOD, "byte-order mark"),
    (GOOD.replace(",", ";").encode(), GOOD, "rows separated by commas"),
    (
        GOOD.replace(",", "\t").replace("Nora Lind", "Lind, Nora").encode(),
        GOOD.replace("Nora Lind", '"Lind, Nora"'),
        "rows separated",
    ),
    (USERS.encode() + NORA.encode().replace(b"\n", b"\r\n"), GOOD, "line ends"),
    (GOOD.replace("Nora Lind", "Nora\rLind").encode(), GOOD, "line breaks inside values"),
    (GOOD.replace(",status", ", status ").encode(), GOOD, "column names"),
    (GOOD.replace("101,", "101\u00a0,").encode(), GOOD, "values freed of no-break"),
    (GOOD.replace("Nora", "No\0ra").encode(), GOOD, "values freed of NUL"),
    (
        GOOD.replace("Nora Lind", 'Nora "N" Lind').encode(),
        GOOD.replace("Nora Lind", '"Nora ""N"" Lind"'),
        "lines with quotes",
    ),
    (
        GOOD.replace("Nora Lind", ' "Lind, Nora"').encode(),
        GOOD.replace("Nora Lind", '"Lind, Nora"'),
        "lines with quotes",
    ),
]


@pytest.mark.parametrize(("broken", "mended", "change"), TABLE)
def test_what_is_mended(tmp_path: Path, broken: bytes, mended: str, change: str) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(broken)
    made = repair(path)
    assert made.path == tmp_path / "users_repaired.csv"
    assert made.path.read_bytes() == mended.encode()
    assert len(made.changes) == 1 and change in str(made)
    assert path.read_bytes() == broken
    assert check_files(made.path).ok


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
    made = repair(path, zeros={"User_ID": pattern})
    assert made.path
    assert made.path.read_text(encoding="utf-8").splitlines()[1] == f"{padded},n,Nora,active"


@pytest.mark.parametrize(
    ("content", "zeros", "why"),
    [
        (GOOD, {}, "nothing to mend"),
        ("", {}, "empty"),
        (GOOD + '2,m,"Mia,active\n', {}, "its quotes need your eye"),
        (GOOD, {"user_id": "seven"}, "is no pattern"),
        (GOOD, {"userid": "000"}, "no column userid"),
    ],
)
def test_what_cannot_be_mended_leaves_no_file(
    tmp_path: Path, content: str, zeros: dict[str, str], why: str
) -> None:
    path = tmp_path / "users.csv"
    path.write_text(content, encoding="utf-8")
    made = repair(path, zeros=zeros)
    assert made.path is None and why in made.why_not
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(GOOD.replace(",", ";").encode())
    assert repair(path, path).path is None
    first, second = repair(path), repair(path)
    assert first.path and second.path
    assert (first.path.name, second.path.name) == ("users_repaired.csv", "users_repaired2.csv")
    assert path.read_bytes() == GOOD.replace(",", ";").encode()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "No such file" in repair(tmp_path / "gone.csv").why_not
