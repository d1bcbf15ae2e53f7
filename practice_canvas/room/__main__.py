"""`python -m practice_canvas.room`: serve a room."""

import sys

try:
    from practice_canvas.room.command import main
except KeyboardInterrupt:
    sys.stderr.write("Stopped before the room was open.\n")
    sys.exit(1)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "python -m practice_canvas.room"))
