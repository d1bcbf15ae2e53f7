"""A practice Canvas to throw away: a process and a folder of its own, gone when the block ends."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from practice_canvas.processes import environment, module_command
from practice_canvas.service import Practice, PracticeCanvasFault

SECONDS_TO_END = 10.0


@contextmanager
def scratch(
    copy_of: Path | None = None, like: Mapping[str, Mapping[str, str]] | None = None
) -> Iterator[Practice]:
    """Run a practice Canvas at pace immediate as long as the block runs.

    Args:
        copy_of: the home of a practice Canvas whose school it begins with (also while that one serves);
            None begins with a fresh one.
        like: `roles` (name → base_role_type) and `authentication_providers` (id or type → type) to add.

    Raises:
        PracticeCanvasFault: it does not start.
    """
    with TemporaryDirectory(prefix="sis-scratch-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        process = _launch(home, copy_of, like)
        try:
            yield _announced(process, home)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the process by ending its input; if that does not do, at once."""
    try:
        process.communicate(timeout=SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _launch(
    home: Path, copy_of: Path | None, like: Mapping[str, Mapping[str, str]] | None
) -> "subprocess.Popen[bytes]":
    command = module_command("scratch_server", "--home", home)
    if copy_of:
        command += ["--copy-of", str(copy_of)]
    if like:
        given = home.with_suffix(".json")
        given.write_text(json.dumps(like), encoding="utf-8")
        command += ["--like", str(given)]
    with home.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(
            command,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )


def _announced(process: "subprocess.Popen[bytes]", home: Path) -> Practice:
    """Return where the process serves, once it tells."""
    assert process.stdout is not None, "it is a pipe"  # noqa: S101
    line = process.stdout.readline()
    if not line:
        words = home.with_suffix(".log").read_text(encoding="utf-8", errors="replace").splitlines()
        raise PracticeCanvasFault(f"A scratch Canvas did not start. {' / '.join(words[-3:])}")
    announced = json.loads(line)
    tokens = {"admin": announced["token"]}
    return Practice(announced["url"], announced["token"], tokens, process.pid, home, announced["secret"])
