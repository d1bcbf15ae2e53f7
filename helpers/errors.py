"""Everything that can go wrong, one class per cause.

    CanvasError
    ├─ BadInput                 something you typed or chose cannot work; nothing was sent
    │  ├─ ConnectionInputError    the domain or the token
    │  ├─ FileNotUsable           the file
    │  ├─ FileNotRepairable       the file cannot be repaired for certain  .comparison
    │  ├─ UnknownOption           an option of the import, or its value
    │  └─ HeldBack                a guard needs a rehearsal, a confirmation, or a fixed last import  .guard
    ├─ NotReachable             no answer came
    │  ├─ NoRoute                 no such host, or nothing listens there
    │  ├─ TlsFault                the host could not prove who it is
    │  ├─ TimedOut                the host was too slow
    │  └─ ConnectionLost          the connection broke before the answer was complete
    ├─ Refused                  Canvas answered: no            .status, .canvas_text, .retry_after
    │  ├─ TokenNotAccepted        401
    │  ├─ NotAllowed              403
    │  ├─ NoSuchThing             404
    │  ├─ RateLimited             429, or 403 that speaks of the rate limit
    │  ├─ RequestRefused          400 and the other 4xx
    │  └─ ServerFault             5xx
    ├─ NotUnderstood            an answer came, but not the one that Canvas would give
    │  ├─ WrongDomain             a web page, or a redirect
    │  ├─ AnswerNotJson           something else that is not JSON
    │  └─ NotAccepted             a new import without id, or in an unexpected workflow_state
    ├─ ExportFailed           Canvas began the SIS export and could not finish it
    └─ WatchEnded               watching an import stopped before the import did
       ├─ DeadlinePassed
       └─ UnexpectedState

Each error says what happened (`.what`) and what you can do about it (`.fix`). Where Canvas may have made the
change nevertheless, `.may_have_worked` is true and the fix says how to find out; `.import_id` is the import
that Canvas created, if it named one. None of them holds a token.
"""

from typing import Any


class CanvasError(Exception):
    """The root of all errors that the helpers raise: what happened, and what to do next."""

    may_have_worked = False
    import_id: int | None = None

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what, fix)
        self.what = what
        self.fix = fix

    def advise(self, fix: str) -> None:
        """Say something else to do next."""
        self.fix = fix
        self.args = (self.what, fix)

    def __str__(self) -> str:
        return f"{self.what} — {self.fix}"

    def _render_traceback_(self) -> list[str]:
        """Tell IPython what to show in a notebook: two sentences instead of a page of code."""
        return [f"{type(self).__name__}: {self.what}", f"What to do: {self.fix}"]


def reason(fault: Exception) -> str:
    """Return why something failed, in the words of the operating system or of the fault itself."""
    return (getattr(fault, "strerror", None) or str(fault)).rstrip(".")


def clip(text: object, longest: int = 300) -> str:
    """Return what somebody else wrote, in one line and no longer than a sentence can bear."""
    line = " ".join(str(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


class BadInput(CanvasError):
    """Something you typed or chose cannot work; nothing was sent."""


class ConnectionInputError(BadInput):
    """The domain or the token cannot be one."""


class FileNotUsable(BadInput):
    """The file cannot be sent as a SIS import."""


class FileNotRepairable(BadInput):
    """A file was not repaired, and nothing was written.

    `.comparison` shows how each encoding reads the values in doubt (helpers.repair.Comparison); None if
    the reason is another one.
    """

    def __init__(self, what: str, fix: str, comparison: Any = None) -> None:
        super().__init__(what, fix)
        self.comparison = comparison

    def _render_traceback_(self) -> list[str]:
        what, fix = super()._render_traceback_()
        return [what, *(str(self.comparison).splitlines() if self.comparison else []), fix]


class UnknownOption(BadInput):
    """Canvas has no such option for SIS imports, or the option takes no such value."""


class HeldBack(BadInput):
    """A guard held the import back. `.guard` is its name in helpers.client.guards.GUARDS."""

    def __init__(self, what: str, fix: str, *, guard: str) -> None:
        super().__init__(what, fix)
        self.guard = guard


class NotReachable(CanvasError):
    """No complete answer came from the host.

    `.sent` says whether the request may have reached it.
    """

    sent = True


class NoRoute(NotReachable):
    """There is no such host, or nothing listens there."""

    sent = False


class TlsFault(NotReachable):
    """The certificate of the host could not be verified."""


class TimedOut(NotReachable):
    """The host did not answer in time."""


class ConnectionLost(NotReachable):
    """The connection broke before the answer was complete."""


class Refused(CanvasError):
    """Canvas answered with a status of 400 or above.

    `.status` is the HTTP status, `.canvas_text` what Canvas itself said about it ("" if nothing),
    `.retry_after` the seconds that it wants you to wait (None if it named none).
    """

    retry_after: float | None = None

    def __init__(self, what: str, fix: str, *, status: int, canvas_text: str = "") -> None:
        super().__init__(what, fix)
        self.status = status
        self.canvas_text = canvas_text


class TokenNotAccepted(Refused):
    """401: Canvas does not know the token, or no longer."""


class NotAllowed(Refused):
    """403: the token is valid, but its owner does not have permission to do this."""


class NoSuchThing(Refused):
    """404: what you asked for is not there."""


class RateLimited(Refused):
    """429 (or 403 with a text about the rate limit): too much was asked in too short a time."""


class RequestRefused(Refused):
    """400 and the rest of the 4xx: Canvas understood the request and did not want it."""


class ServerFault(Refused):
    """5xx: something broke on the side of the server."""


class NotUnderstood(CanvasError):
    """An answer came, but it is not one that Canvas gives here. `.status` is its HTTP status, where known."""

    def __init__(self, what: str, fix: str, *, status: int | None = None) -> None:
        super().__init__(what, fix)
        self.status = status


class WrongDomain(NotUnderstood):
    """A web page or a redirect came back: most likely the domain is not that of a Canvas."""


class AnswerNotJson(NotUnderstood):
    """The answer should have been JSON and is not. `.body` is what came instead."""

    body = ""


class NotAccepted(NotUnderstood):
    """The answer to a new import lacks its `id`, or its `workflow_state` is not that of a new import."""


class ExportFailed(CanvasError):
    """Canvas began the SIS export and could not finish it."""


class WatchEnded(CanvasError):
    """Watching an import stopped before the import came to an end."""


class DeadlinePassed(WatchEnded):
    """The import had not ended when the time you gave it was up."""


class UnexpectedState(WatchEnded):
    """Canvas returned a `workflow_state` that its documentation does not list."""
