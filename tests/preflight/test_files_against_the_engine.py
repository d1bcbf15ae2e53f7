"""Random uploads with random faults of whole files: the check foresees what the practice Canvas does.

As in the test of rows, the practice Canvas has nothing before the import.
"""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.preflight import check_files
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import Outcome, import_files, make_import, run
from tests.preflight.test_against_the_engine import EmptyCanvas, Maker

SEEDS = range(24)
SEVERE = ("skips the row", "drops the value")
Change = Callable[[bytes], bytes]


def _padded(lines: list[bytes]) -> list[bytes]:
    return lines[:1] + [line.replace(b",", b"\0\0,\0") + b"\0" for line in lines[1:]]


CHANGES: dict[str, Change] = {
    "as it is": lambda text: text,
    "byte-order mark": lambda text: b"\xef\xbb\xbf" + text,
    "CR": lambda text: text.replace(b"\n", b"\r"),
    "CRLF": lambda text: text.replace(b"\n", b"\r\n"),
    "padded with NUL": lambda text: b"\n".join(_padded(text.splitlines())) + b"\n",
    "blank lines": lambda text: text.replace(b"\n", b"\n\n\n"),
    "only line ends": lambda text: b"\n" * text.count(b"\n"),
    "only a mark": lambda text: b"\xef\xbb\xbf",
    "web page": lambda text: b'<!doctype html>\n<html lang="en">\n' + text,
    "JSON": lambda text: b'{"error":"unauthorized","message":"token expired"}',
    "database error": lambda text: b"ORA-01017: invalid username/password; logon denied\n",
    "foreign header, malformed below": lambda text: b"one,two\n" + text + b'1,"2\n',
    "malformed at the end": lambda text: text + b'x,5" pipe\n',
    "another line end at the end": lambda text: text + b"x,y\r\n",
    "malformed header": lambda text: text.replace(b",", b', "', 1).replace(b",", b'",', 2),
    "bad byte": lambda text: text + b"x,\xe4\n",
    "foreign header, bad byte": lambda text: b'one,"two"x\n' + text + b"\xe4\n",
}
PLACES = ["{}", "{}", "./{}", "a/./{}", "../{}", "/{}", "C:\\{}", ".hidden/{}", "__MACOSX/{}"]
STORED, DEFLATED, BZIP2, LZMA = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA
METHODS = [STORED, DEFLATED, DEFLATED, DEFLATED, BZIP2, LZMA]


def upload(seed: int, folder: Path) -> Path:
    """Pack a school: some files changed, in odd places of the archive, or packed with an odd method."""
    chance = random.Random(seed)
    path = folder / "upload.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in Maker(seed).school().items():
            content = text.encode()
            if chance.random() < 0.5:
                content = chance.choice(list(CHANGES.values()))(content)
            place = chance.choice(PLACES) if chance.random() < 0.4 else "{}"
            method = chance.choice(METHODS) if chance.random() < 0.4 else DEFLATED
            packed.writestr(place.format(name), content, method)
        packed.writestr("notes.txt", "x")
    return path


def imported(folder: Path, name: str, content: bytes) -> Outcome:
    store = Store(folder)
    try:
        return run(store, make_import(store, name, content))
    finally:
        store.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_an_upload_loses_was_foreseen(tmp_path: Path, seed: int) -> None:
    path = upload(seed, tmp_path)
    (tmp_path / "canvas").mkdir()
    done = imported(tmp_path / "canvas", path.name, path.read_bytes())
    findings = check_files(path, server=EmptyCanvas())
    of_files = {(failure, file) for failure, file, row, _ in done.messages if row is None}
    stopped = {(1, one.position.file) for one in findings if one.severity == "stops the file"}
    foreign = {(0, one.position.file) for one in findings.of("member-foreign")}
    assert stopped | foreign == of_files
    of_rows = {(file, row) for failure, file, row, _ in done.messages if row is not None}
    severe = [one for one in findings if one.severity in SEVERE]
    foreseen = {(one.position.file, row) for one in severe for row in one.first_rows}
    cut = {one.position.file for one in severe if one.rows > len(one.first_rows)}
    assert foreseen <= of_rows and {file for file, _ in of_rows - foreseen} <= cut
    out = {file for _, file in stopped} | {one.position.file for one in findings.of("file-empty")}
    kinds = {file.kind for file in findings.files if file.name not in out}
    assert kinds == set(done.data["supplied_batches"])


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_of_a_file_is_foreseen(tmp_path: Path, change: str) -> None:
    content = CHANGES[change](b"user_id,login_id,full_name,status\nU1,u1,Nora,active\nU2,u2,Omar,active\n")
    path = tmp_path / "users.csv"
    path.write_bytes(content)
    done = imported(tmp_path, path.name, content)
    findings = check_files(path)
    (file,) = {one.name for one in findings.files}
    stops, silent = (
        {one.slug for one in findings if one.severity == s} for s in ("stops the file", "silent")
    )
    assert (file, bool(stops)) == (path.name, done.state == "failed_with_messages")
    assert silent == (set() if stops or done.counts["users"] == 2 else {"file-empty"})
    assert ("malformed" in " ".join(done.texts)) == bool(stops & {"malformed", "line-ends-mixed", "not-utf8"})


@pytest.mark.parametrize("seed", range(12))
def test_the_row_that_wins_is_the_one_that_the_check_names(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    (tmp_path / "canvas").mkdir()
    store = Store(tmp_path / "canvas")
    school = {
        "courses.csv": "course_id,short_name,long_name,status\nC1,C1,One,active\n",
        "users.csv": "user_id,login_id,full_name,status\nU1,u1,Nora,active\n",
        "enrollments.csv": "course_id,user_id,role,status\nC1,U1,student,active\n",
    }
    import_files(store, {**school})
    statuses = chance.choices(["active", "inactive", "completed", "deleted"], k=chance.randint(2, 4))
    rows = "".join(f"C1,U1,student,{status}\n" for status in statuses)
    path = tmp_path / "enrollments.csv"
    path.write_text(f"course_id,user_id,role,status\n{rows}", encoding="utf-8")
    import_files(store, {path.name: path.read_text(encoding="utf-8")})
    state = store.db.execute("SELECT workflow_state FROM enrollments").fetchone()[0]
    store.close()
    found = [one for one in check_files(path) if one.slug in ("key-repeated", "enrollment-deleted-in-file")]
    assert bool(found) == (len(set(statuses)) > 1)
    for one in found:
        winner = int(one.more.removeprefix("row ").partition(" ")[0])
        assert statuses[winner - 2] == state
        assert (one.slug == "enrollment-deleted-in-file") == (state == "deleted")
