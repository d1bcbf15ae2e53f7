"""Start the lesson. Needs only Python 3.11 or newer; everything else goes into the folder .venv.

python start.py                 open the lesson in JupyterLab    [--no-browser] [--port N]
python start.py import FILE     import a file from the terminal  [--domain D] [--option name=value]
python start.py status [ID]     show one SIS import, or list them [--domain D]
python start.py check FILE ...  check files, send nothing        [--domain D]
python start.py explain ID      what went wrong in an import, or in its saved files [--domain D]
python start.py rehearse FILE   what an import would do          [--domain D] [--option name=value]
python start.py progress        show which exercises are done    [--reset]
python start.py reset           empty the practice school
python start.py card [FILE]     write the lesson on one page, to print it
python start.py compare         compare a Canvas with the practice Canvas, read-only [--domain D]
python start.py book [FOLDER]   build the lesson as a web book, to read without installing
python start.py stop            stop the practice Canvas
python start.py room --seats N  practice Canvases for a class, one per seat [--host ADDRESS] [--erase]
python start.py doctor          say whether this computer is ready for the lesson
python start.py wheelhouse DIR  download the packages for a room without network [--for windows,macos,linux]
python start.py test            run every check                  [arguments for pytest]

With --help, each command shows its options and examples.

Exit status: 0 success; 1 it found a problem, Canvas refused, or you interrupted it;
2 nothing was done, because the command cannot work, no server was reached, or you declined.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "The lesson needs Python 3.11 or newer; this is Python %d.%d.\n"
        "Install a newer one from python.org or with your system's packages, then start with it:\n"
        "    python3.12 start.py        (on Windows: py -3.12 start.py)\n" % sys.version_info[:2]
    )
    sys.exit(2)

try:
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).resolve().parent))  # also with PYTHONSAFEPATH
    from launcher.main import main
except KeyboardInterrupt:
    sys.stderr.write("\nStopped.\n")
    sys.exit(1)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], __doc__))
