"""Each of the 24 statements of the lesson that these notebooks retell has its place, and stays there."""

import re
from typing import NamedTuple

import pytest

from tests.notebooks.runs import NOTEBOOKS, read


class Place(NamedTuple):
    """Where a statement is told: its number, the notebook, the heading, and words to find below that."""

    statement: int
    notebook: str
    heading: str
    words: str


START, INSTALL, SEND, STATUS, TROUBLE, _, BATCH, AUTOMATE = sorted(path.stem for path in NOTEBOOKS)[:8]
BY_HAND = "You practice by hand before you automate"
CURL, UNIX = "cURL is one way to send data", "macOS and Linux nearly always have cURL"
WINDOWS, POWERSHELL = (
    "Windows has included curl.exe since Windows 10",
    "On a Windows import server, PowerShell is the better tool",
)
MAKE, SAVE, CASE = (
    "A courses file has four columns that matter",
    "The file gets a folder and an exact name",
    "The file's name is case sensitive",
)
COMMAND, ANSWER, RULE = (
    "One request carries the file",
    "Sending returns an answer at once",
    "id and workflow_state decide whether you go on",
)
LOOK, FIELDS = (
    "One request returns the status",
    "progress measures the work, workflow_state names the outcome",
)
AGAIN, RESULT = "You poll until the import has ended", "The result is in data"
NEXT = "A script checks how the last import ended before it sends the next"
MESSAGES = "Messages mean that there is work to do"

PLACES = [
    Place(1, START, BY_HAND, "without the added complexity of a script"),
    Place(2, INSTALL, CURL, "Windows 7, Windows Server 2003, Ubuntu 12, and OS X Mountain Lion"),
    Place(2, INSTALL, CURL, "Windows 10 and 11, Windows Server 2019"),
    Place(3, START, BY_HAND, "for learning how SIS imports work"),
    Place(4, INSTALL, CURL, "Make sure that cURL is installed properly"),
    Place(5, INSTALL, UNIX, "Run it from a terminal"),
    Place(6, INSTALL, UNIX, "sudo apt-get install curl"),
    Place(6, INSTALL, UNIX, "somebody with `sudo` rights"),
    Place(7, INSTALL, CURL, "curl --version"),
    Place(8, INSTALL, POWERSHELL, "PowerShell is native to Windows"),
    Place(8, INSTALL, POWERSHELL, "Use cURL on Windows to test"),
    Place(8, INSTALL, POWERSHELL, "winget install --id Microsoft.PowerShell"),
    Place(8, INSTALL, WINDOWS, "ship `curl.exe`"),
    Place(8, AUTOMATE, "PowerShell does the same with nothing to install", "prefers PowerShell on a Windows"),
    Place(9, SEND, MAKE, "`active` creates the course"),
    Place(9, SEND, SAVE, "The guide works in a `tmp` directory"),
    Place(9, SEND, SAVE, "../data/test_course.csv"),
    Place(9, SEND, CASE, "Spell the name in the command exactly as the file is called"),
    Place(10, SEND, SAVE, "In a terminal you would now change into the folder"),
    Place(11, SEND, COMMAND, "create_sis_import"),
    Place(11, SEND, COMMAND, "`accounts/self` is your root account"),
    Place(11, START, "A connection is a domain and a token", "institution_name.test.instructure.com"),
    Place(12, SEND, ANSWER, "an import has been created"),
    Place(12, SEND, ANSWER, '"id": 6670997, "workflow_state": "created"'),
    Place(13, SEND, RULE, "stop and find the cause before you send more"),
    Place(14, SEND, RULE, "you need it to check the status"),
    Place(15, STATUS, NEXT, "must know the status of the previous import"),
    Place(15, AUTOMATE, "The script waits for the previous import", "must know the status of the previous"),
    Place(16, STATUS, NEXT, "Fix a failed or incomplete one before you send the next"),
    Place(16, AUTOMATE, "The guards run when the script sends", "may be lost otherwise"),
    Place(17, STATUS, NEXT, "Never start one before the previous one has finished"),
    Place(18, STATUS, NEXT, "easily outlasts the time until the next is due"),
    Place(18, BATCH, "A batch must fit its window", "Depending on how often you send, the size of the files"),
    Place(19, STATUS, LOOK, "The guide's command names the token, the address, and the import's `id`"),
    Place(19, STATUS, LOOK, "get_sis_import"),
    Place(20, STATUS, LOOK, "Once an import is complete, its answer also holds the result"),
    Place(20, STATUS, RESULT, "`supplied_batches` names the kinds of files"),
    Place(21, STATUS, FIELDS, "`progress` is the percentage of the work that is done"),
    Place(22, STATUS, FIELDS, "anything else: stop here and troubleshoot"),
    Place(22, TROUBLE, "explain_import gives the same report without a panel", "how the import ended"),
    Place(23, STATUS, AGAIN, "run the command again until it says `imported`"),
    Place(24, STATUS, MESSAGES, "For `imported_with_messages`, read `processing_warnings`"),
    Place(24, STATUS, MESSAGES, "For `failed_with_messages`, read `processing_errors`"),
]


def section(notebook: str, heading: str) -> str:
    """Return all text and code below a heading, up to the next one."""
    path = next(path for path in NOTEBOOKS if path.stem == notebook)
    whole = "\n".join(cell.source for cell in read(path).cells)
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", whole, re.MULTILINE | re.DOTALL)
    assert found, f"{notebook} has no heading {heading!r}"
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", found[1]).split())


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.statement}-{place.words[:30]}")
def test_the_statement_is_taught_there(place: Place) -> None:
    assert place.words in section(place.notebook, place.heading)


def test_all_24_statements_have_a_place() -> None:
    assert sorted({place.statement for place in PLACES}) == list(range(1, 25))


def test_the_lesson_follows_the_order_of_the_guide() -> None:
    first = {place.statement: place.notebook for place in reversed(PLACES)}
    in_steps = [first[number] for number in range(4, 25)]
    assert in_steps == sorted(in_steps)
