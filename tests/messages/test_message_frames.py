from helpers.client.models import ImportMessage
from helpers.messages.explained_messages import explain_messages, explained_frame, messages_frame
from helpers.messages.sent import SentFiles


def test_messages_keep_rows_whole_and_ids_text() -> None:
    frame = messages_frame(
        [
            ImportMessage(7, "users.csv", "User 007 …", 2, "warning"),
            ImportMessage(7, None, "The archive …", None, "error"),
        ]
    )
    assert frame["row"].tolist()[0] == 2
    assert frame["row"].isna().tolist() == frame["file"].isna().tolist() == [False, True]
    assert frame["severity"].tolist() == ["warning", "error"]


def test_an_empty_table_has_the_columns_of_a_full_one() -> None:
    empty, full = messages_frame([]), messages_frame([ImportMessage(7, None, "x", None, "error")])
    assert len(empty) == 0
    assert list(empty.dtypes.items()) == list(full.dtypes.items())


def test_each_message_is_beside_its_meaning() -> None:
    messages = [
        ImportMessage(7, "users.csv", text, 2, "warning")
        for text in ("Zorglub 1.", "User U1 has no login_id.")
    ]
    explained = explain_messages([*messages, *messages], SentFiles())
    empty, full = explained_frame([]), explained_frame(explained)
    assert full["kind"].tolist() == ["unknown", "user-blank"] * 2
    assert full["message"].tolist() == [each.message for each in [*messages, *messages]]
    assert list(empty.dtypes.items()) == list(full.dtypes.items())
