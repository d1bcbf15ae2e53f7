"""Parts that end with the process that started them."""

import subprocess
import sys
import threading

from practice_canvas.processes import wait_for_end
from tests.waiting import LONGEST_WAIT


def test_a_starter_that_has_ended_before_anybody_looked_is_not_waited_for() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as starter:
        starter.wait()
        waiting = threading.Thread(target=wait_for_end, args=(starter.pid,), daemon=True)
        waiting.start()
        waiting.join(LONGEST_WAIT)
        assert not waiting.is_alive()
