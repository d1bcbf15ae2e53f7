"""RestClient: REST calls of any kind to one Canvas, and its JSON as it comes."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from helpers.client import request_plans
from helpers.client.answers import Answer, json_of
from helpers.client.connection import Connection
from helpers.client.large_files import send_in_steps
from helpers.client.models import Json
from helpers.client.request_plans import RequestPlan
from helpers.client.transport import Transport
from helpers.client.unclear_outcome import doubting
from helpers.client.upload import MultipartFile, Progress
from helpers.errors import NotUnderstood, WrongDomain

Read = TypeVar("Read")


class RestClient:
    """Talks to one Canvas with one token: any request, and the JSON that comes back.

    The arguments and the errors are those of `CanvasClient`, which adds the methods for SIS imports.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        timeout: tuple[float, float] = (10, 60),
        retries: int = 4,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.connection = connection
        self._sleep = sleep
        self._transport = Transport(connection, timeout, retries, sleep)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.connection!r}>"

    def get(self, path: str, **params: Any) -> Any:
        """Read anything, all pages of it if it is a list. Calls: GET /api/v1/<path>.

        Args:
            path: such as `accounts/self/courses` or `courses/sis_course_id:BIO101`.
            params: query parameters; a list becomes Canvas's `name[]`.
        """
        first, *others = self._answers(request_plans.get(path, **params))
        if isinstance(first, list):
            return [item for page in (first, *others) for item in page]
        if others:
            name = _list_name(first)
            return {**first, name: [item for page in (first, *others) for item in page[name]]}
        return first

    def update(self, path: str, **fields: Any) -> Any:
        """Edit an object by hand, as a person would on a Canvas page. Calls: PUT /api/v1/<path>.

        Args:
            path: such as `courses/sis_course_id:BIO101`.
            fields: what changes, grouped as Canvas groups it: `course={"name": "Biology"}`.

        Returns:
            The object as it is now.
        """
        return self.send(request_plans.update(path, **fields))

    def download(self, url: str, to: Path | None = None) -> bytes | Path:
        """Download a file that Canvas points to, such as `errors_attachment["url"]`.

        The token goes to Canvas only, also where the file is stored elsewhere.

        Args:
            url: the address, as Canvas gives it.
            to: the file to write; without it the content is returned.
        """
        address = urljoin(self.connection.base_url + "/", url)
        if to is None:
            memory = io.BytesIO()
            self._transport.download(address, memory)
            return memory.getvalue()
        with to.open("wb") as file:
            self._transport.download(address, file)
        return to

    # Sending plans

    def send(self, plan: RequestPlan, progress: Progress | None = None) -> Any:
        """Send a plan and return the JSON of the answer."""
        with doubting(plan, self.connection):
            if plan.file is None:
                return json_of(self._transport.request(plan.method, plan.url(self.connection)))
            plan.check()
            if plan.announced:
                return send_in_steps(self._transport, plan, self.connection, progress)
            body = MultipartFile(plan.file, "attachment", progress)
            try:
                return json_of(self._transport.request(plan.method, plan.url(self.connection), body))
            finally:
                body.close()

    def answer(self, plan: RequestPlan) -> Answer:
        """Send a read and return its answer as it came: status, headers and body, also of a refusal."""
        return self._transport.request("GET", plan.url(self.connection))

    def _change(
        self, plan: RequestPlan, read: Callable[[Any], Read], progress: Progress | None = None
    ) -> Read:
        """Send what changes something and read the answer; one that cannot be read proves nothing."""
        with doubting(plan, self.connection):
            return read(self.send(plan, progress))

    def pages(self, plan: RequestPlan) -> Iterator[Any]:
        """Yield the items of a list, page after page, as long as Canvas names a next one."""
        for page in self._answers(plan):
            yield from page if isinstance(page, list) else page[_list_name(page)]

    def _answers(self, plan: RequestPlan) -> Iterator[Any]:
        """Yield the JSON of every page."""
        url: str | None = plan.url(self.connection)
        seen = set()
        while url and url not in seen:
            seen.add(url)
            answer = self._transport.request("GET", url)
            yield json_of(answer)
            url = self._next_url(answer)

    def _next_url(self, answer: Answer) -> str | None:
        """Return the address of the next page, always on this Canvas."""
        if answer.next_link is None:
            return None
        there = urlsplit(urljoin(self.connection.base_url, answer.next_link))
        if there.hostname != urlsplit(self.connection.base_url).hostname:
            raise WrongDomain(
                f"{self.connection.domain} says that the next page is at {there.hostname}.",
                "Use the domain that Canvas itself uses; your token was not sent there.",
            )
        return self.connection.base_url + there._replace(scheme="", netloc="").geturl()


def json_object(raw: Any) -> Json:
    """Return an answer that has to be one object.

    Raises:
        NotUnderstood: it is something else, such as a list.
    """
    if not isinstance(raw, dict):
        raise NotUnderstood(
            "The answer is not a JSON object.", "Check that this is the domain of your Canvas."
        )
    return raw


def _list_name(page: Any) -> str:
    """Return the name of the one list in an answer such as `{"sis_imports": […]}`."""
    names = [name for name, value in json_object(page).items() if isinstance(value, list)]
    if len(names) != 1:
        raise NotUnderstood("The answer is not a list.", "Check the path: this one names a single object.")
    return names[0]
