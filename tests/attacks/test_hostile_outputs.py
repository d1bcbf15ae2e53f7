"""Hostile text from files, servers, and learners: no panel, table, chart, or report runs any of it."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from playwright.sync_api import Dialog, Page, Request

from helpers.client.commands import commands_for
from helpers.client.models import ImportMessage, SisImport
from helpers.client.polling import Snapshot
from helpers.display.tables import show_table, show_values
from helpers.lesson.check_setup import Check, Checks
from helpers.lesson.exercise import Verdict
from helpers.lesson.progress import Progress
from helpers.messages.explained_messages import messages_frame
from helpers.messages.report import explain_import
from helpers.preflight.check import check_files
from helpers.rehearsal import KindChanges, ObjectChange
from helpers.repair.bisect import Bisection
from helpers.repair.change_sis_id import SisIdChange, SisIdChanges
from helpers.repair.failed_rows import FailedRows
from helpers.repair.files.comparison import Comparison, Reading
from helpers.repair.files.rewriting import FileChange, Repair
from helpers.repair.restore import Aborted, RestorePreview
from helpers.watching.history import History
from helpers.watching.progress_chart import progress_chart
from helpers.widgets import rehearsal_panel as rehearsing
from helpers.widgets.connect_panel import ConnectPanel
from helpers.widgets.import_panel import import_panel
from helpers.widgets.json_view import JsonView
from helpers.widgets.panel import Panel
from helpers.widgets.preflight_panel import preflight_panel
from helpers.widgets.rehearsal_panel import rehearsal_panel
from helpers.widgets.results_panel import results_panel
from helpers.widgets.status_panel import status_panel
from helpers.widgets.upload_field import UploadField
from tests.attacks.hostile_texts import KINDS, TEXTS, quoted
from tests.browser.chromium import open_browser
from tests.browser.lab import new_page
from tests.messages.material import import_json, saved_json
from tests.rehearsal.made import made
from tests.widgets import driver
from tests.widgets.browser_stand_in import upload
from tests.widgets.scripted import ScriptedClient, message, sis_import

TEXT = "".join(
    TEXTS[each] for each in ("image", "end of everything", "script", "attribute", "direction", "address")
)  # the first one is short: some tables cut long texts off
TEXT += "</p></pre></svg>\"><svg onload=alert(2)><a href='https://evil.example/'>https://evil.example/</a>"
NAME = "\"<img src=x onerror=alert(3)>'.csv"  # a file's: it may be anything without a slash
MESSAGES: list[list[str | None]] = [[NAME, f"Course {TEXT} has no long_name."], [None, TEXT]]
MOMENT = datetime(2026, 2, 3, 9, 15, tzinfo=UTC)
FOUND = """() => [...document.querySelectorAll("body *")].flatMap(element => [
  ...[...element.attributes].filter(({ name }) => name.startsWith("on")).map(({ name }) => name),
  ...["href", "src", "action", "formaction", "xlink:href", "data", "srcset", "poster"]
    .map(name => element.getAttribute(name)).filter(value => value !== null)
    .filter(value => !/^(#|data:image|http:..127.0.0.1[:/])/.test(value)),
  ...(/^(script|iframe|object|embed|base|link|meta|form)$/i.test(element.tagName) ? [element.tagName] : []),
])"""
SHOW_UPLOADS = """async ([source, name]) => {
  const { default: field } = await import(source);
  const values = { file_name: name, description: name, tooltip: name, accept: ".csv", multiple: true };
  const model = { get: name => values[name], on() {}, off() {}, send() {} };
  field.render({ model, el: document.body.appendChild(document.createElement("section")) });
}"""


class HostileClient(ScriptedClient):
    """A Canvas whose every name is hostile."""

    def get_self(self) -> dict[str, Any]:
        return {"id": 1, "name": TEXT, "login_id": TEXT}

    def get_account(self) -> dict[str, Any]:
        return {"id": 1, "name": TEXT}

    def get(self, path: str) -> dict[str, Any]:
        return {"enrollment_terms": [{"id": 1, "name": TEXT, "sis_term_id": TEXT}]}


def hostile_import(state: str = "imported_with_messages") -> SisImport:
    counts = {"courses": 1, "error_count": 0, "warning_count": 1, TEXT: 1}
    attachment = {"display_name": TEXT, "url": "https://evil.example/", "size": 1}
    return sis_import(
        state,
        100,
        created_at="2026-02-03T09:15:00Z",
        ended_at="2026-02-03T09:15:04Z",
        user={"name": TEXT},
        errors_attachment=attachment,
        csv_attachments=[attachment],
        processing_warnings=[[TEXT, TEXT]],
        **{TEXT: TEXT},
        data={"counts": counts, "supplied_batches": [TEXT], "statistics": {TEXT: {TEXT: 1}}},
    )


def hostile_files(folder: Path) -> Path:
    folder.mkdir()
    for name, template in KINDS.items():
        (folder / name).write_text(quoted(template, TEXT), encoding="utf-8")
    (folder / NAME).write_text(f"{quoted(KINDS['courses.csv'], TEXT)}", encoding="utf-8")
    return folder


def shown(widget: Any) -> Iterator[str]:
    """Yield the HTML of a widget and of all that it holds; what else they show is text to ipywidgets."""
    for each in driver._widgets(getattr(widget, "view", widget)):
        assert not getattr(each, "description_allow_html", False)
        if isinstance(each, ipywidgets.HTML):
            yield each.value


def panels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Any]]:
    client: Any = HostileClient([hostile_import()], messages=[message(TEXT)], domain="127.0.0.1:8765")
    files = hostile_files(tmp_path / "files")
    yield "connect", ConnectPanel(lambda domain, token: client)
    importing = import_panel(client, files / NAME)
    importing.send()
    yield "import", importing
    watching = status_panel(client, 412)
    driver.click(watching, "Watch")
    yield "status", watching
    unknown = status_panel(HostileClient([hostile_import(TEXT)]), 412)  # type: ignore[arg-type]
    driver.click(unknown, "Watch")
    yield "unknown state", unknown
    results = results_panel(client, 412, files)
    driver.choose(results, "Which import", "saved files")
    upload(driver.uploads(results), **{"import.json": json.dumps(import_json(MESSAGES))})
    results.explain()
    yield "results", results
    checking = preflight_panel(None, files)
    checking.check()
    yield "preflight", checking
    monkeypatch.setattr(rehearsing, "rehearse", lambda paths, **given: hostile_rehearsal())
    rehearsal = rehearsal_panel(client, [files / NAME], batch_mode=True)
    rehearsal.rehearse()
    yield "rehearsal", rehearsal
    view = JsonView()
    view.show(hostile_import().raw)
    yield "JSON", view.box


def hostile_rehearsal() -> Any:
    return made(
        "imported",
        KindChanges("courses", 5, 5, created=1, deleted=1, cleaned=1, scope=2),
        files=(NAME,),
        params=(("batch_mode", "true"), ("batch_mode_term_id", TEXT)),
        against=TEXT,
        messages=(ImportMessage(7, NAME, TEXT, 2, "warning"),),
        changes=(ObjectChange("courses", "deleted", TEXT, TEXT),),
        terms=(TEXT,),
        notes=(TEXT,),
    )


def outputs(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Yield what a cell shows, or a saved file holds."""
    history = History(TEXT, [Snapshot(MOMENT, 0.0, hostile_import(), TEXT)])
    report = explain_import(saved_json(tmp_path, import_json(MESSAGES)))
    report.save(tmp_path / "saved")
    chart = progress_chart([history, history])
    shows: list[Any] = [
        show_table([{TEXT: TEXT}]),
        show_values({TEXT: TEXT}, (TEXT, TEXT)),
        messages_frame([message(TEXT)]),
        report,
        report.to_frame(),
        hostile_rehearsal(),
        history,
        chart,
        commands_for(tmp_path / NAME, HostileClient(), diffing_data_set_identifier=TEXT),
        check_files(tmp_path / "files"),
        Verdict("not_yet", TEXT, (TEXT,)),
        Progress([dict.fromkeys(("notebook", "title", "can"), TEXT) | {"state": "done"}], "#"),
        Checks([Check(TEXT, False, TEXT, TEXT)]),
        Repair(tmp_path / NAME, (FileChange(TEXT, 1),)),
        Bisection((1,), TEXT),
        SisIdChanges(tmp_path / NAME, (SisIdChange(TEXT, TEXT, TEXT),), ((TEXT, TEXT),)),
        FailedRows((Path(NAME),), Path(NAME), Path(NAME), 1, (TEXT,)),
        Comparison((1,), (Reading({"encoding": TEXT}, TEXT, (TEXT,)),)),
        RestorePreview(412, ((TEXT, TEXT, 1),), (TEXT,)),
        Aborted(hostile_import(), (TEXT,)),
    ]
    for each in shows:
        bundle = each._repr_mimebundle_() if hasattr(each, "_repr_mimebundle_") else {}
        yield type(each).__name__, bundle.get("text/html") or each._repr_html_()
    yield "a saved chart", chart.svg
    yield from (
        (path.name, path.read_text(encoding="utf-8")) for path in (tmp_path / "saved").rglob("*.html")
    )


def events_of(page: Page) -> list[str]:
    """Return a list that gets each dialog that a script opens, and each address that the page asks."""
    happened: list[str] = []

    def note_dialog(dialog: Dialog) -> None:
        happened.append(dialog.message)
        dialog.dismiss()  # it would hold the page

    def note_request(sent: Request) -> None:
        if not sent.url.startswith("data:"):
            happened.append(sent.url)

    page.on("dialog", note_dialog)
    page.on("request", note_request)
    return happened


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_what_panels_tables_and_reports_show_of_hostile_text_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tried: Callable[[int], None]
) -> None:
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(tmp_path / "no practice Canvas"))
    parts = [
        (name, "".join([*shown(panel), driver.saved(panel) if isinstance(panel, Panel) else ""]))
        for name, panel in panels(tmp_path, monkeypatch)
    ]
    parts += outputs(tmp_path)
    tried(len(parts) + 1)
    with open_browser() as browser:
        page = new_page(browser)
        happened, complaints = events_of(page), []
        for name, part in parts:
            page.set_content(part)
            if "alert(" not in page.locator("body").inner_html():
                complaints.append(f"{name} shows nothing hostile")
            complaints += [f"{name}: {found}" for found in (*page.evaluate(FOUND), *happened)]
            happened.clear()
        assert complaints == []
        field = f"data:text/javascript;base64,{base64.b64encode(str(UploadField._esm).encode()).decode()}"
        page.evaluate(SHOW_UPLOADS, [field, TEXT])
        assert page.locator("section button").inner_text().startswith("<img")
        assert (page.locator("section *").count(), happened) == (2, [])
        page.context.close()
