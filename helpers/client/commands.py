"""The same request as a command for each shell, to read, compare and run elsewhere.

A command never holds the token, only the name of the environment variable that does.
"""

import re
import subprocess
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from helpers.client.connection import Connection
from helpers.client.request_plans import STEPS, RequestPlan, create_sis_import

_PLAIN_FOR_POSIX = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_SPECIAL_IN_CURL_FORMS = re.compile(r'[;,"]|^\s|\s$')
_SPECIAL_IN_CMD = re.compile(r'([()%!^"<>&|])')
_SINGLE_QUOTES_OF_POWERSHELL = re.compile("(['‘’‚‛])")


_STEPS = STEPS[0].upper() + STEPS[1:]
_POWERSHELL_STEPS = """\
# {steps}
$headers = @{{ Authorization = "Bearer $env:CANVAS_API_TOKEN" }}
$import = Invoke-RestMethod -Method Post -Uri {url} -Headers $headers
$form = [ordered]@{{}}
$import.pre_attachment.upload_params.PSObject.Properties | ForEach-Object {{ $form[$_.Name] = $_.Value }}
$form[$import.pre_attachment.file_param] = Get-Item -LiteralPath {file}
$upload = @{{ Method = "Post"; Uri = $import.pre_attachment.upload_url; Form = $form }}
$answer = Invoke-WebRequest @upload -MaximumRedirection 0 -SkipHttpErrorCheck -ErrorAction SilentlyContinue
Invoke-RestMethod -Uri "$($answer.Headers.Location)" -Headers $headers"""
_PYTHON_STEPS = """\
# {steps}
import os

import requests

headers = {{"Authorization": f"Bearer {{os.environ['CANVAS_API_TOKEN']}}"}}
answer = requests.request(
    "POST",
    {url},
    headers=headers,
    timeout=60,
)
print(answer.json())
target = answer.json()["pre_attachment"]
with open({file}, "rb") as file:
    answer = requests.request(
        "POST",
        target["upload_url"],
        data=target["upload_params"],
        files={{target["file_param"]: file}},
        timeout=3600,
        allow_redirects=False,
    )
answer = requests.request("GET", answer.headers["Location"], headers=headers, timeout=60)
print(answer.json())"""


SHARED_COMPUTER = (
    "While curl runs, other users of the same computer can see the token in the list of processes."
    " On a shared computer, let curl read the header instead:"
    " printf 'Authorization: Bearer %s' \"$CANVAS_API_TOKEN\" | curl -H @- and then the rest of the command."
)
"""What to know about the header in a curl command, and curl's way around it (since curl 7.55)."""


class HasConnection(Protocol):
    """Anything that knows its connection, such as a CanvasClient."""

    connection: Connection


def as_curl(plan: RequestPlan, connection: Connection) -> str:
    """Write a request as curl for bash, zsh and other POSIX shells (macOS, Linux), as the lesson does."""
    return _curl("curl", plan, _posix, "$CANVAS_API_TOKEN", _posix(plan.url(connection), always=True))


def as_curl_cmd(plan: RequestPlan, connection: Connection) -> str:
    """Write a request as curl for the Windows command prompt.

    This is for typing at the prompt. In a batch file, double each % except those around CANVAS_API_TOKEN.
    """
    return _curl("curl", plan, _cmd, "%CANVAS_API_TOKEN%", _cmd(plan.url(connection)), comment="::")


def as_powershell(plan: RequestPlan, connection: Connection) -> str:
    """Write a request for PowerShell 7, which needs no curl."""
    if plan.announced:
        return _POWERSHELL_STEPS.format(
            steps=_STEPS,
            url=_powershell(plan.url(connection)),
            file=_powershell(plan.file.as_posix() if plan.file else ""),
        )
    parts = [
        f"Invoke-RestMethod -Method {plan.method.title()} -Uri {_powershell(plan.url(connection))}",
        '-Headers @{ Authorization = "Bearer $env:CANVAS_API_TOKEN" }',
    ]
    if plan.file is not None:
        parts.append(f"-Form @{{ attachment = Get-Item -LiteralPath {_powershell(plan.file.as_posix())} }}")
    return " ".join(parts)


def as_windows_powershell(plan: RequestPlan, connection: Connection) -> str:
    """Write a request for Windows PowerShell 5.1, which cannot send files by itself but has curl.exe."""
    return _curl(
        "curl.exe",
        plan,
        lambda text: _powershell(_for_native_program(text)),
        "$env:CANVAS_API_TOKEN",
        _powershell(plan.url(connection)),
    )


def as_python(plan: RequestPlan, connection: Connection) -> str:
    """Write a request as a Python program with requests."""
    if plan.announced:
        return _PYTHON_STEPS.format(
            steps=_STEPS,
            url=_python(plan.url(connection)),
            file=_python(plan.file.as_posix() if plan.file else ""),
        )
    call = [
        "answer = requests.request(",
        f'    "{plan.method}",',
        f"    {_python(plan.url(connection))},",
        '    headers={"Authorization": f"Bearer {os.environ[\'CANVAS_API_TOKEN\']}"},',
        "    timeout=60,",
        ")",
    ]
    if plan.file is not None:
        call.insert(-2, '    files={"attachment": file},')
        call = [
            f'with open({_python(plan.file.as_posix())}, "rb") as file:',
            *("    " + line for line in call),
        ]
    return "\n".join(["import os", "", "import requests", "", *call, "print(answer.json())"])


def pack_with_zip(files: Sequence[Path], target: str) -> str:
    """Write how a POSIX shell packs files into a zip."""
    return " ".join(["zip -j", *map(_posix, [target, *map(str, files)])])


def pack_with_powershell(files: Sequence[Path], target: str) -> str:
    """Write how PowerShell packs files into a zip."""
    paths = ", ".join(_powershell(str(file)) for file in files)
    return f"Compress-Archive -LiteralPath {paths} -DestinationPath {_powershell(target)}"


COMMANDS: MappingProxyType[str, Callable[[RequestPlan, Connection], str]] = MappingProxyType(
    {
        "cURL": as_curl,
        "cURL in cmd": as_curl_cmd,
        "PowerShell 7": as_powershell,
        "Windows PowerShell 5.1": as_windows_powershell,
        "Python": as_python,
    }
)
"""What this module can write, by the name of the shell or language."""


_WRAPPED = 'style="white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere; margin: 2px 0 10px"'


class Commands(dict[str, str]):
    """Commands by the name of their shell; shown one below the other, ready to copy."""

    def __repr__(self) -> str:
        return "\n\n".join([*(f"{name}\n{text}" for name, text in self.items()), SHARED_COMPUTER])

    def _repr_html_(self) -> str:
        """Return the commands as HTML, because the text output of a notebook breaks lines inside words."""
        parts = (f"<b>{escape(name)}</b><pre {_WRAPPED}>{escape(text)}</pre>" for name, text in self.items())
        return f"{''.join(parts)}<p>{escape(SHARED_COMPUTER)}</p>"


def commands_for(
    request: RequestPlan | Path | str, target: Connection | HasConnection, **options: Any
) -> Commands:
    """Write a request in every way there is.

    Args:
        request: a plan, or the file of an import that you mean to create.
        target: a connection, or a client that has one.
        options: with a file, the options of the import.

    Raises:
        UnknownOption: there is no such option, or it does not take this value.
    """
    plan = request if isinstance(request, RequestPlan) else create_sis_import(request, **options)
    connection = target if isinstance(target, Connection) else target.connection
    return Commands({name: write(plan, connection) for name, write in COMMANDS.items()})


def _curl(
    program: str, plan: RequestPlan, quote: Callable[[str], str], variable: str, url: str, comment: str = "#"
) -> str:
    """Write a curl command; the method is named only where curl would not choose it by itself."""
    form = ["-F", quote(_form("attachment", plan.file))] if plan.file and not plan.announced else []
    method = [] if plan.method == ("POST" if form else "GET") else ["-X", plan.method]
    token = ["-H", f'"Authorization: Bearer {variable}"']
    request = " ".join([program, *method, *form, *token, url])
    if not plan.file or not plan.announced:
        return request
    announced = dict(plan.announced)
    upload = {"filename": "pre_attachment[name]", "content_type": "pre_attachment[content_type]"}
    parts = [
        part
        for field, source in upload.items()
        for part in ("--form-string", quote(f"{field}={announced[source]}"))
    ]
    return "\n".join(
        [
            f"{comment} {_STEPS}",
            request,
            f"{comment} Put upload_url from the answer here, and all of upload_params; the file is last.",
            " ".join([program, "-i", *parts, "-F", quote(_form("file", plan.file)), '"UPLOAD_URL"']),
            f"{comment} Put the Location from that answer here.",
            " ".join([program, *token, '"LOCATION"']),
        ]
    )


def _form(field: str, file: Path) -> str:
    """Write the value of curl's -F; in a file name, `;` and `,` mean something to curl unless quoted."""
    name = file.as_posix()
    if _SPECIAL_IN_CURL_FORMS.search(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{field}=@{name}"


def _posix(text: str, always: bool = False) -> str:
    """Quote for a POSIX shell: nothing is special between single quotes but the single quote itself."""
    if _PLAIN_FOR_POSIX.fullmatch(text) and not always:
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def _cmd(text: str) -> str:
    """Quote for the command prompt and then for the program.

    cmd knows no escape for % and " between quotes, so where they occur nothing is between quotes for cmd
    (each special character gets a ^), while the program still finds the quotes it needs.
    """
    if '"' in text or "%" in text:
        return _SPECIAL_IN_CMD.sub(r"^\1", subprocess.list2cmdline([text]))
    return f'"{text}"'


def _powershell(text: str) -> str:
    """Quote for PowerShell, to which typographic single quotes are quotes as well."""
    return "'" + _SINGLE_QUOTES_OF_POWERSHELL.sub(r"\1\1", text) + "'"


def _for_native_program(text: str) -> str:
    """Escape double quotes, which Windows PowerShell 5.1 passes to programs as they are.

    The space at the end makes it quote the whole argument; curl ignores it.
    """
    return re.sub(r'(\\*)"', r'\1\1\\"', text) + " " if '"' in text else text


def _python(text: str) -> str:
    """Write a text as Python's formatters would: between double quotes where that needs no escape."""
    return repr(text) if '"' in text or "\\" in text else '"' + text + '"'
