"""What holds an import back before it is sent, what lets it go, and what is told about it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.client import guards
from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.guards import GUARDS, Sending, queue_state
from helpers.client.models import SisImport
from helpers.client.request_plans import RequestPlan, create_sis_import
from helpers.errors import FileNotUsable, HeldBack, NoSuchThing, NotAllowed, UnknownOption
from tests.fake_server import TOKEN, FakeCanvas, Reply
from tests.practice_server import IMPORTS, Server

COURSES = "course_id,short_name,long_name,status\nC1,C1,Course,active\n"
BATCH: dict[str, Any] = {"batch_mode": True, "batch_mode_term_id": "sis_term_id:F26"}
DIFFING: dict[str, Any] = {"diffing_data_set_identifier": "nightly"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "courses.csv"
    path.write_text(COURSES, encoding="utf-8")
    return path


@pytest.fixture
def client(canvas: Server) -> CanvasClient:
    return CanvasClient(Connection(canvas.url, canvas.token))


class Rehearsal:
    """One that says what the test wants."""

    def __init__(self, objection: str | None = None) -> None:
        self.words = objection

    def objection(self, plan: RequestPlan, domain: str) -> str | None:
        return self.words


def sending(
    *states: str, domain: str = "uni.test.instructure.com", rehearsed: Any = None, **options: Any
) -> Sending:
    imports = [SisImport(id=9 - n, workflow_state=state, progress=0) for n, state in enumerate(states)]
    plan = create_sis_import("courses.csv", **options)
    seen = queue_state(imports, "Fall 2026 (F26)")
    return Sending(Connection(domain, "7~abcdefghij"), plan, lambda: seen, rehearsed=rehearsed)


# ---- the last import


@pytest.mark.parametrize("state", ["failed", "failed_with_messages", "aborted"])
def test_after_an_import_that_ended_badly_the_next_is_held_back(state: str) -> None:
    with pytest.raises(HeldBack, match=f"The last import, 9, ended {state}.*Nothing was sent") as held:
        guards.check(sending(state), set())
    assert held.value.guard == "last_import" and "waive='last_import'" in held.value.fix
    guards.check(sending(state), {"last_import"})


@pytest.mark.parametrize("state", ["imported", "imported_with_messages", "restored", "partially_restored"])
def test_after_any_other_end_the_next_is_sent(state: str) -> None:
    guards.check(sending(state, "failed"), set())


def test_what_waits_or_runs_is_reported_and_not_held_against_you() -> None:
    told = sending("created", "importing", "imported", "failed")
    guards.check(told, set())
    [note] = guards.notes(told, set())
    assert note.startswith("2 imports are ahead of you: 9 (created), 8 (importing).")


def test_an_end_behind_a_queue_still_counts_and_a_refused_upload_does_not() -> None:
    with pytest.raises(HeldBack, match="The last import, 7,"):
        guards.check(sending("initializing", "created", "failed"), set())


@pytest.mark.parametrize("state", ["failed", "failed_with_messages", "aborted"])
def test_on_the_practice_canvas_a_bad_end_is_a_note_unless_you_ask_for_more(state: str) -> None:
    practice = sending(state, domain="127.0.0.1:8765")
    guards.check(practice, set())
    [note] = guards.notes(practice, set())
    assert note.startswith(f"The last import, 9, ended {state}. With a real Canvas, this one")
    assert list(guards.notes(practice, {"last_import"})) == []
    practice.hold_back = True
    with pytest.raises(HeldBack, match="The last import, 9,"):
        guards.check(practice, set())


def test_the_rehearsal_guard_holds_back_on_the_practice_canvas_too() -> None:
    with pytest.raises(HeldBack) as held:
        guards.check(sending(domain="127.0.0.1:8765", **BATCH), set())
    assert held.value.guard == "rehearsal"


def test_a_state_from_the_future_holds_nothing_up() -> None:
    last = sending("exploded", "failed").queue.last
    assert last and last.id == 8


def test_messages_of_the_last_import_are_reported() -> None:
    assert "left messages" in next(guards.notes(sending("imported_with_messages"), set()))


def test_an_account_without_imports_has_nothing_to_tell() -> None:
    guards.check(sending(), set())
    assert list(guards.notes(sending(), set())) == []


# ---- what may remove things


@pytest.mark.parametrize("options", [BATCH, DIFFING, {"multi_term_batch_mode": True}])
def test_what_may_remove_things_wants_a_rehearsal(options: dict[str, Any]) -> None:
    with pytest.raises(HeldBack, match=r"It was not rehearsed\. Nothing was sent") as held:
        guards.check(sending(**options), set())
    assert held.value.guard == "rehearsal"
    guards.check(sending(**options), {"rehearsal"})
    guards.check(sending(rehearsed=Rehearsal(), **options), set())


def test_a_rehearsal_of_something_else_does_not_do() -> None:
    with pytest.raises(HeldBack, match="It rehearsed another file"):
        guards.check(sending(rehearsed=Rehearsal("It rehearsed another file."), **BATCH), set())


@pytest.mark.parametrize(
    "options", [{}, {"skip_deletes": True}, {**DIFFING, "diffing_remaster_data_set": True}]
)
def test_what_removes_nothing_needs_none(options: dict[str, Any]) -> None:
    guards.check(sending(**options), set())


@pytest.mark.parametrize("value", ["true", "false"])
def test_multi_term_batch_mode_removes_in_all_terms_whatever_its_value_is(value: str) -> None:
    told = sending(**DIFFING)
    told.plan = replace(told.plan, params=(*told.plan.params, ("multi_term_batch_mode", value)))
    assert "in the terms of its terms file" in told.removes


def test_the_term_is_called_by_its_name() -> None:
    with pytest.raises(HeldBack, match=r"in the term Fall 2026 \(F26\) and its files leave out"):
        guards.check(sending(**BATCH), set())


def test_a_term_that_is_not_given_has_no_empty_name() -> None:
    told = sending(**BATCH)
    told.ask_queue = lambda: guards.QueueState([], None)
    assert told.removes == "what earlier imports created in a term that is not named and its files leave out"


def test_a_threshold_is_filled_in_and_reported() -> None:
    plan = create_sis_import("courses.csv", **BATCH)
    assert dict(plan.params)["change_threshold"] == "10"
    assert "change_threshold of 10 percent, filled in for you." in "".join(
        guards.notes(sending(**BATCH), set())
    )
    assert (
        dict(create_sis_import("x.csv", **DIFFING, change_threshold=100).params)["change_threshold"] == "100"
    )
    assert "change_threshold" not in dict(create_sis_import("x.csv").params)


# ---- production


@pytest.mark.parametrize("typed", ["", "school", "school.test.instructure.com"])
def test_production_wants_its_domain_and_no_waiver_helps(typed: str) -> None:
    told = sending(domain="school.instructure.com")
    told.confirm = typed
    with pytest.raises(HeldBack, match="did not confirm") as held:
        guards.check(told, set(GUARDS) - {"confirmation"})
    assert held.value.guard == "confirmation"
    with pytest.raises(UnknownOption):
        guards.waived("confirmation")


def test_production_is_sent_to_once_its_domain_was_typed() -> None:
    told = sending(domain="school.instructure.com")
    told.confirm = " School.Instructure.com"
    guards.check(told, set())


def test_an_unconfirmed_import_asks_the_production_canvas_nothing() -> None:
    told = sending(domain="school.instructure.com")
    told.ask_queue = lambda: pytest.fail("it looked")
    with pytest.raises(HeldBack):
        guards.check(told, set())


# ---- names


def test_a_misspelled_guard_is_reported_with_the_right_name() -> None:
    with pytest.raises(UnknownOption, match="Did you mean rehearsal"):
        guards.waived(["rehersal"])
    assert guards.waived(()) == guards.waived("") == set()


def test_each_guard_says_what_it_wants() -> None:
    assert all(guard.sentence.endswith(".") for guard in GUARDS.values())


# ---- over HTTP


def test_the_client_holds_back_and_sends_nothing(client: CanvasClient, canvas: Server, file: Path) -> None:
    failed = canvas.run_csv("id,name\n1,x\n")
    assert failed["workflow_state"] == "failed_with_messages"
    with pytest.raises(HeldBack, match=f"The last import, {failed['id']},"):
        client.create_sis_import(file, hold_back=True)
    assert len(canvas.get(IMPORTS).json["sis_imports"]) == 1
    sent = client.create_sis_import(file, waive="last_import", hold_back=True)
    assert canvas.wait(sent.id)["workflow_state"] == "imported"
    assert client.create_sis_import(file, hold_back=True).id > sent.id


def test_a_client_can_be_set_once_for_all(client: CanvasClient, canvas: Server, file: Path) -> None:
    canvas.run_csv("id,name\n1,x\n")
    client.waive("last_import")
    sent = client.create_sis_import(file)
    assert sent.workflow_state == "created" and sent.notes == ()  # an import does not wait for itself
    with pytest.raises(UnknownOption):
        client.waive("confirmation")


def test_the_client_names_the_term_and_counts_who_waits(
    client: CanvasClient, canvas: Server, file: Path
) -> None:
    canvas.run_csv("term_id,name,status\nF26,Fall 2026,active\n")
    canvas.send("POST", "/practice/scenarios/stuck_in_created", b"")
    try:
        canvas.post_csv(COURSES)
        with pytest.raises(HeldBack, match=r"the term Fall 2026 \(sis_term_id:F26\)"):
            client.create_sis_import(file, **BATCH)
        ahead, removes = client.create_sis_import(file, waive="rehearsal", **BATCH).notes
    finally:
        canvas.send("DELETE", "/practice/scenarios", None)
    assert ahead.startswith("1 import is ahead of you: 2 (created).")
    assert "filled in for you" in removes


def test_a_term_that_is_not_there_is_left_to_canvas_to_refuse(client: CanvasClient, file: Path) -> None:
    with pytest.raises(HeldBack, match="in the term sis_term_id:F26 and"):
        client.create_sis_import(file, **BATCH)


def test_a_term_without_a_name_is_called_as_the_options_call_it(fake_canvas: FakeCanvas, file: Path) -> None:
    fake_canvas.script(Reply({"sis_imports": []}), Reply({"id": 3, "name": None}))
    client = CanvasClient(Connection(fake_canvas.url, TOKEN))
    with pytest.raises(HeldBack, match="in the term sis_term_id:F26 and"):
        client.create_sis_import(file, **BATCH)


def test_a_term_that_canvas_does_not_find_is_named_with_where_to_look(
    client: CanvasClient, file: Path
) -> None:
    with pytest.raises(NoSuchThing) as caught:
        client.create_sis_import(file, waive="rehearsal", **BATCH)
    assert "a term sis_term_id:F26?" in caught.value.fix and "accounts/self/terms" in caught.value.fix


def test_what_an_import_that_has_begun_lacks_is_not_taken_for_its_term(
    client: CanvasClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = NoSuchThing("The upload is not there.", "Abort import 7.", status=404)
    lost.import_id = 7

    def fail(*_: object) -> None:
        raise lost

    monkeypatch.setattr(CanvasClient, "_change", fail)
    with pytest.raises(NoSuchThing):
        client.create_sis_import(file, waive="rehearsal", **BATCH)
    assert lost.fix == "Abort import 7."


def test_what_is_to_be_done_before_sending_waits_for_the_guards(client: CanvasClient, file: Path) -> None:
    done: list[str] = []
    held = create_sis_import(file, **DIFFING)
    with pytest.raises(HeldBack):
        client.send_import(held, before_sending=lambda: done.append("held"))
    client.send_import(create_sis_import(file), before_sending=lambda: done.append("sent"))
    assert done == ["sent"]


def test_a_bad_file_or_guard_is_reported_before_anything_is_asked(
    fake_canvas: FakeCanvas, file: Path
) -> None:
    fake_canvas.QUIET = "nothing is quiet"
    client = CanvasClient(Connection(fake_canvas.url, "7~abcdefghij"), sleep=lambda _: None)
    with pytest.raises(FileNotUsable):
        client.create_sis_import(file.with_name("gone.csv"))
    with pytest.raises(UnknownOption):
        client.create_sis_import(file, waive="everything")
    assert fake_canvas.received == []


def test_who_may_not_import_learns_so_at_the_first_look(canvas: Server, file: Path) -> None:
    visitor = CanvasClient(Connection(canvas.url, "practice-no-permission-token"))
    with pytest.raises(NotAllowed):
        visitor.create_sis_import(file)
