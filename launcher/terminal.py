"""Run a terminal command in .venv: Ctrl+C while its modules are loaded ends it in one line, too."""

import sys

try:
    from launcher import ctrl_c

    ctrl_c.release()
    from helpers.terminal.__main__ import main
except KeyboardInterrupt:
    sys.stderr.write("\nStopped.\n")
    sys.exit(1)

if __name__ == "__main__":
    sys.exit(main())
