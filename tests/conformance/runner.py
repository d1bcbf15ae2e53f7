"""Run the steps of a conformance case against a practice Canvas.

A case is data: steps that send a request or a SIS import, and what is expected. All checks look at what a
client sees over HTTP.
"""

import base64
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.practice_server import IMPORTS, TERMINAL, Answer, Server, multipart
from tests.waiting import wait_for
from tests.zips import zipped

FORM = "application/x-www-form-urlencoded"
RESTORED = {"restored", "partially_restored"}
TOKENS = {"ok": "practice-admin-token", "bad": "not-a-known-token", "none": None}


@dataclass
class CaseRun:
    """One case under way: the last import's id and what was captured."""

    server: Server
    last: int | None = None
    saved: dict[str, Any] = field(default_factory=dict)

    def run(self, case: dict[str, Any]) -> None:
        """Carry out all steps on an empty school; the first unmet expectation is an AssertionError."""
        for step in case["steps"]:
            self._step(json.loads(self._filled(json.dumps(step))))

    def _filled(self, text: str) -> str:
        text = text.replace('"{last}"', str(self.last)).replace("{last}", str(self.last))
        for name, value in self.saved.items():
            text = text.replace(f"${{{name}}}", str(value))
        return text

    def _step(self, step: dict[str, Any]) -> None:
        expect = step.get("expect", {})
        if "import" in step:
            self._send_import(step["import"])
        if "import" in step or "wait" in step:
            check_import(self, self._wait(expect.get("workflow_state")), expect)
            return
        answer = self._send(step)
        check_answer(expect, answer, answer.json)
        for name, path in step.get("capture", {}).items():
            self.saved[name] = dig(answer.json, path)

    def _send(self, step: dict[str, Any]) -> Answer:
        verb = next(verb for verb in ("get", "put", "post", "delete") if verb in step)
        body, kind = step_body(step)
        headers = {"Content-Type": kind} if kind else {}
        headers |= step.get("headers", {})
        token = TOKENS[step.get("auth", "ok")]
        body = b"" if body is None and verb in ("put", "post") else body
        answer = self.server.send(verb.upper(), step[verb], body, headers, token)
        if verb == "post" and answer.status == 200 and "sis_imports" in step[verb]:
            self.last = answer.json["id"]
        return answer

    def _send_import(self, spec: dict[str, Any]) -> None:
        files = {name: text.encode() for name, text in spec.get("files", {}).items()}
        files |= {name: base64.b64decode(text) for name, text in spec.get("files_b64", {}).items()}
        name, content, kind = packed(files)
        body, content_type = multipart({}, name, content, kind)
        query = urlencode({"import_type": "instructure_csv", **spec.get("params", {})}, doseq=True)
        answer = self.server.send("POST", f"{IMPORTS}?{query}", body, {"Content-Type": content_type})
        assert answer.status == 200, answer
        self.last = answer.json["id"]

    def _wait(self, wanted: str | None) -> Any:
        """Return the last import once it has ended; a restored one has when it is restored."""
        ends = {wanted} if wanted in RESTORED else TERMINAL
        return wait_for(
            lambda: self.server.get(f"{IMPORTS}/{self.last}").json, lambda now: now["workflow_state"] in ends
        )

    def messages(self, errors_only: bool) -> list[dict[str, Any]]:
        """Return all messages of the last import."""
        found: list[dict[str, Any]] = []
        for page in range(1, 1000):
            extra = "&failure=true" if errors_only else ""
            answer = self.server.get(f"{IMPORTS}/{self.last}/errors?per_page=100&page={page}{extra}")
            found += answer.json["sis_import_errors"]
            if len(found) < 100 * page:
                break
        return found


def packed(files: dict[str, bytes]) -> tuple[str, bytes, str]:
    """Return (name, content, kind) of an upload: a lone CSV file as it is, anything else in a zip."""
    name, content = next(iter(files.items()))
    if len(files) == 1 and name.lower().endswith(".csv") and "/" not in name:
        return name, content, "text/csv"
    return "sis.zip", zipped(files), "application/zip"


def step_body(step: dict[str, Any]) -> tuple[bytes | None, str]:
    """Return body and Content-Type of a request step."""
    if "attachment" in step or step.get("multipart"):
        file = step.get("attachment") or {}
        content = base64.b64decode(file["b64"]) if "b64" in file else file.get("text", "").encode()
        kind = file.get("content_type", "application/octet-stream")
        return multipart(
            step.get("form", {}), file.get("name"), content, kind, file.get("part", "attachment")
        )
    if "raw" in step:
        return step["raw"].encode(), ""
    if "raw_b64" in step:
        return base64.b64decode(step["raw_b64"]), ""
    return (urlencode(step["form"], doseq=True).encode(), FORM) if "form" in step else (None, "")


def check_import(run: CaseRun, shown: dict[str, Any], expect: dict[str, Any]) -> None:
    """Compare an import with what is expected of it: state, counts, messages and the rest."""
    for key in ("workflow_state", "progress"):
        told = (shown.get("processing_errors"), shown.get("processing_warnings"))
        assert key not in expect or shown[key] == expect[key], (key, shown[key], told)
    counts = (shown.get("data") or {}).get("counts") or {}
    for key, value in expect.get("counts", {}).items():
        assert counts.get(key) == value, (key, counts.get(key), value)
    if "errors" in expect or "warnings" in expect:
        errors = run.messages(errors_only=True)
        left = Counter(map(_frozen, run.messages(errors_only=False))) - Counter(map(_frozen, errors))
        if "errors" in expect:
            match_messages(expect["errors"], errors)
        if "warnings" in expect:
            match_messages(expect["warnings"], [json.loads(text) for text in left.elements()])
    known = {"workflow_state", "progress", "counts", "errors", "warnings"}
    rest = {key: value for key, value in expect.items() if key not in known}
    check_answer(rest, Answer(200, {}, json.dumps(shown).encode()), shown)


def match_messages(wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> None:
    """Pair every expected message with one that came; none may be left over."""
    left = list(got)
    for want in sorted(wanted, key=len, reverse=True):
        found = next((have for have in left if _fits(want, have)), None)
        assert found is not None, f"no message like {want} among {got}"
        left.remove(found)
    assert not left, f"unexpected messages {left}"


def _fits(want: dict[str, Any], have: dict[str, Any]) -> bool:
    name = (have.get("file") or "").rsplit("/", 1)[-1]
    if want.get("file") and name != want["file"].rsplit("/", 1)[-1]:
        return False
    if "row" in want and have.get("row") != want["row"]:
        return False
    text = (have.get("message") or "").lower()
    return all(str(part).lower() in text for part in want.get("mentions", []))


def check_answer(expect: dict[str, Any], answer: Answer, data: Any) -> None:
    """Compare status, headers, body and JSON with what is expected."""
    assert answer.status == expect.get("status", answer.status), answer
    for name, parts in expect.get("headers", {}).items():
        value = answer.headers.get(name.lower())
        assert value is not None, f"header {name} is missing"
        assert all(part == "*" or str(part) in value for part in _listed(parts)), (name, value, parts)
    for name, parts in expect.get("headers_lack", {}).items():
        assert not any(str(part) in answer.headers.get(name.lower(), "") for part in _listed(parts)), name
    for part in expect.get("body_mentions", []):
        assert str(part) in answer.body.decode("utf-8", "replace"), part
    assert "json" not in expect or subset(expect["json"], data), (expect.get("json"), data)
    check_list(expect, data)
    check_keys(expect, data)


def check_list(expect: dict[str, Any], data: Any) -> None:
    """Compare a list (bare, or under a key) with what it should and should not hold."""
    key = expect.get("key") or ("enrollment_terms" if "enrollment_terms" in (data or {}) else None)
    listed = data.get(key) if isinstance(data, dict) and key else data
    for want in expect.get("contains", []):
        assert isinstance(listed, list) and any(subset(want, have) for have in listed), (want, listed)
    for want in expect.get("lacks", []):
        assert not (isinstance(listed, list) and any(subset(want, have) for have in listed)), (want, listed)
    if "length" in expect:
        assert isinstance(listed, list) and len(listed) == expect["length"], (expect["length"], listed)
    for name, index in (("first", 0), ("last", -1)):
        assert name not in expect or (listed and subset(expect[name], listed[index])), (expect[name], listed)
    for key in expect.get("each_keys", []):
        assert isinstance(listed, list) and all(key in item for item in listed), key


def check_keys(expect: dict[str, Any], data: Any) -> None:
    """Compare which keys an object has, of which types and lengths."""
    for key in expect.get("keys", []):
        assert isinstance(data, dict) and key in data, (key, data)
    for key in expect.get("no_keys", []):
        assert not (isinstance(data, dict) and key in data), (key, data)
    for key, kind in expect.get("types", {}).items():
        assert isinstance(data.get(key), {"integer": int, "string": str, "object": dict}[kind]), (key, data)
    for path, size in expect.get("lengths", {}).items():
        assert len(dig(data, path) or []) == size, (path, data)
    for path, wants in expect.get("contains_in", {}).items():
        for want in wants:
            assert any(subset(want, have) for have in dig(data, path) or []), (want, data)


def subset(want: Any, have: Any) -> bool:
    """Tell whether what is wanted is in what came: objects may have more keys, lists must fit one by one."""
    if isinstance(want, dict):
        return isinstance(have, dict) and all(k in have and subset(v, have[k]) for k, v in want.items())
    if isinstance(want, list):
        return isinstance(have, list) and len(want) == len(have) and all(map(subset, want, have))
    if isinstance(want, bool) or isinstance(have, bool) or want is None:
        return want is have
    if isinstance(want, str) and isinstance(have, str):
        return _time(want) == _time(have)
    return bool(want == have)


def dig(data: Any, path: str) -> Any:
    """Return what is at a path such as `data.counts` or `0.id`."""
    for part in str(path).split("."):
        data = data[int(part)] if isinstance(data, list) else data.get(part)
    return data


def _time(text: str) -> str:
    """Return a text; of a time only one of its ways to be written."""
    is_time = re.match(r"\d{4}-\d\d-\d\dT", text)
    return text.replace("+00:00", "Z").replace(".000", "") if is_time else text


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _frozen(message: dict[str, Any]) -> str:
    return json.dumps(message, sort_keys=True)
