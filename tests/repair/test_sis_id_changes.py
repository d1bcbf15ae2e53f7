from pathlib import Path

import pytest

from helpers.client.models import ImportMessage
from helpers.errors import FileNotUsable
from helpers.messages import explain_import
from helpers.repair import SisIdChanges, resend, write_change_sis_id, write_failed_rows
from tests.messages.material import client_of, ended, finished, written
from tests.practice_server import Server

HEADER = "user_id,login_id,full_name,status\n"
# How servers may word it: the row is of N1, the login is that of O1.
WORDINGS = [
    "The login_id ada of user N1 is in use by the user with SIS ID O1.",
    "The login_id ada of user N1 is in use by user O1.",
    "The login of user N1 belongs to user O1",
    "User O1 has already claimed the login of user N1.",
    "user O1 already claimed N1's wanted login, so the row was passed over",
    "The user with SIS ID O1 has claimed user N1’s login.",
]


def claimed(text: str, row: int = 2) -> ImportMessage:
    return ImportMessage(412, "users.csv", text, row, "warning")


def pairs(changes: SisIdChanges) -> list[tuple[str, str]]:
    return [(each.old_id, each.new_id) for each in changes.changes]


@pytest.mark.parametrize("text", WORDINGS)
def test_both_sis_ids_are_read_from_the_message(tmp_path: Path, text: str) -> None:
    made = write_change_sis_id([claimed(text)], tmp_path)
    assert pairs(made) == [("O1", "N1")] and made.file
    assert made.file.read_text("utf-8").splitlines() == ["old_id,new_id,type", "O1,N1,user"]


ADA = "The login_id {} of user {} is in use by the user with SIS ID {}."
LEFT_OUT = {
    "no-sis-id": (["The login_id ada of user N1 is in use by the user with Canvas ID 7."], "no SIS ID"),
    "no-sis-id-either": (["A Canvas user with ID 7 has already claimed N1's login."], "no SIS ID"),
    "unclear": (["The login is claimed."], "both SIS IDs"),
    "same": ([ADA.format("ada", "N1", "N1")], "the same"),
    "one-owner-two-rows": ([ADA.format("a", "N1", "O1"), ADA.format("b", "N2", "O1")], "who is who"),
    "one-row-two-owners": ([ADA.format("a", "N1", "O1"), ADA.format("b", "N1", "O2")], "who is who"),
    "a-chain": ([ADA.format("a", "N1", "O1"), ADA.format("b", "N2", "N1")], "change twice"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_doubtful_is_left_out_with_a_reason(tmp_path: Path, name: str) -> None:
    texts, why = LEFT_OUT[name]
    made = write_change_sis_id([claimed(text, row) for row, text in enumerate(texts, 2)], tmp_path)
    assert made.file is None and not list(tmp_path.iterdir())
    assert [message for message, _ in made.left_out] == texts
    assert why in made.left_out[0][1] and why in str(made) and why in made._repr_html_()


def test_other_messages_are_ignored(tmp_path: Path) -> None:
    made = write_change_sis_id([claimed("User U1 has no login_id.")], tmp_path)
    assert made == SisIdChanges(None, ()) and "no SIS ID to change" in str(made)


def test_the_file_and_then_the_failed_rows_repair_a_real_import(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    users = written(tmp_path, f"{HEADER}O1,ada,Ada,active\n", "users.csv")
    ended(client, users)
    users.write_text(f"{HEADER}N1,ada,Ada,active\n", "utf-8")
    report = explain_import(ended(client, users), users, client=client)
    made, rows = (
        write_change_sis_id(report, tmp_path / "fixes", client=client),
        write_failed_rows(report, tmp_path),
    )
    assert made.file and "login_id: ada" in made.changes[0].row
    assert ended(client, made.file).counts["change_sis_ids"] == 1
    assert explain_import(finished(client, resend(client, rows)), client=client).clean
    assert canvas.get("/api/v1/users/sis_user_id:N1").json["name"] == "Ada"


def test_two_users_who_both_exist_are_not_for_this_file(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    users = written(tmp_path, f"{HEADER}O1,ada,Ada,active\nN1,eve,Eve,active\n", "users.csv")
    ended(client, users)
    made = write_change_sis_id([claimed(ADA.format("ada", "N1", "O1"))], tmp_path, client=client)
    assert made.file is None and "merge them in Canvas" in str(made)


def test_the_file_never_replaces_one_that_was_sent(canvas: Server, tmp_path: Path) -> None:
    client = client_of(canvas)
    users = written(tmp_path, f"{HEADER}O1,ada,Ada,active\n", "change_sis_id.csv")
    ended(client, users)
    users.write_text(f"{HEADER}N1,ada,Ada,active\n", "utf-8")
    report = explain_import(ended(client, users), users, client=client)
    with pytest.raises(FileNotUsable, match="never changed"):
        write_change_sis_id(report, tmp_path)
