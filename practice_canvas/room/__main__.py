"""`python -m practice_canvas.room`: serve a room."""

import sys

from practice_canvas.room.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
