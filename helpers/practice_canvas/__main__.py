"""Serve the practice Canvas: `python -m helpers.practice_canvas`."""

import argparse
import logging
import sys
from pathlib import Path

from helpers.practice_canvas import pace, service


def main() -> None:
    """Read the command line and serve until told to end."""
    options = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    from helpers.practice_canvas import serve  # heavy: after the command line proved good

    sys.exit(serve.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m helpers.practice_canvas", description="A Canvas to practise SIS imports on."
    )
    parser.add_argument(
        "--port", type=int, default=service.PORT, help="the first port to try (default %(default)s)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default %(default)s)")
    parser.add_argument(
        "--pace", type=_pace, default=service.default_pace(), help="immediate, realistic or SECONDS"
    )
    parser.add_argument("--home", type=Path, default=service.default_home(), help="where the data are kept")
    parser.add_argument("--json", action="store_true", help='print {"url": …, "token": …} once it serves')
    return parser


def _pace(given: str) -> pace.Pace:
    try:
        return pace.parse(given)
    except pace.BadPace as bad:
        raise argparse.ArgumentTypeError(str(bad)) from bad


if __name__ == "__main__":
    main()
