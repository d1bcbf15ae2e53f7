"""What may be typed after `python start.py`: the commands, their options, and what is wrong before any runs.

start.py reads it before a single package is installed, so all it imports is the standard library's.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from helpers.client.connection import TOKEN_VARIABLE
from helpers.client.guards import GUARDS
from helpers.client.import_options import IMPORT_OPTIONS, option_params, require_term
from helpers.client.packing import files_to_send
from helpers.client.upload import check_file, not_there
from helpers.errors import BadInput
from helpers.near_misses import nearest
from helpers.terminal.examples import EXAMPLES

DESCRIPTION = "The commands of the lesson in a terminal."
CHECKS_FILES = ("check", "rehearse")
ON_A_CANVAS = ("import", "status", "rehearse")
PRACTICE = "practice"
"""What --domain takes for the practice Canvas, whatever its address is."""
TAKES_FILES = ("import", "check", "explain", "rehearse", "card")
AT_YOUR_OWN_RISK = ("--waive", "--yes", "--yes-production")
"""Options that switch off a guard or a question: nobody is led to them by a slip of the keyboard."""
LIKE_AN_OPTION = 0.7
"""How like an option a word must be to be taken for it."""


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of a command line; exit with 2 and show its usage when it cannot be read.

    Args:
        arguments: of the command line; None takes those of this process.

    Returns:
        The options, with the name of the `command`, whether it `checks_files` (that needs DuckDB), whether
        it shows `everything`, and whether it is about the `practice` Canvas.
    """
    options, unexpected = _parser().parse_known_args(arguments)
    if unexpected:
        options.parser.error(_not_taken(unexpected, options))
    del options.parser
    options.checks_files = options.command in CHECKS_FILES or getattr(options, "rehearse", False)
    options.everything = getattr(options, "json", False) or getattr(options, "all", False)
    domain = getattr(options, "domain", None)
    options.practice = domain == PRACTICE or (options.command in ON_A_CANVAS and domain is None)
    return options


def _not_taken(unexpected: Sequence[str], options: argparse.Namespace) -> str:
    """Say which word a command does not take, never the value of an option: it may be a token."""
    for word in unexpected:
        if word.startswith("-"):
            name = word.partition("=")[0]
            close = _option_like(name, options.parser)
            return f"there is no option {name}." + (f" Did you mean {close}?" if close else "")
    if options.command == "import":
        return f"import takes one file, and {unexpected[0]} is one more. Name a folder of them, or a zip."
    return f"{options.command} does not take {unexpected[0]}"


def _option_like(name: str, parser: argparse.ArgumentParser) -> str | None:
    options = {*re.findall(r"--[a-z-]+", parser.format_help())}.difference(AT_YOUR_OWN_RISK)
    by_word = {option.lstrip("-"): option for option in sorted(options)}  # the dashes make all of them alike
    word = name.lstrip("-")
    begun = [each for each in by_word if word and each.startswith(word)]
    return by_word.get(begun[0] if len(begun) == 1 else nearest(word, by_word, LIKE_AN_OPTION) or "")


class _NeedsNoOption(argparse.Action):
    """Explain that a file is given without an option."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        parser.error(f"a file needs no option. Put it after the command: {parser.prog} FILE")


class _RefuseToken(argparse.Action):
    """Explain why a token is not accepted as an argument, without repeating it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        parser.error(
            "a token never belongs in a command: it would stay in the shell's history. "
            f"Put it into the environment variable {TOKEN_VARIABLE}, or leave it out and type it when asked."
        )


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form name=value")
    return name.strip(), value


def _named(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("the name of the file is empty")
    return text


def _domain(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("the domain is empty")
    return PRACTICE if text.strip().lower() == PRACTICE else text


def _path(text: str) -> Path:
    return Path(_named(text))


def _import_id(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not the ID of an import, which is a number such as 12")
    return int(text)


def check_file_to_import(options: argparse.Namespace) -> None:
    """Refuse a file that cannot be imported, before anything is installed; later its plan checks it.

    Raises:
        FileNotUsable: it does not exist, or cannot be imported.
    """
    if options.command == "import":
        files = files_to_send(options.file)
        if len(files) == 1:  # several are checked already
            check_file(files[0])


def check(options: argparse.Namespace) -> None:
    """Refuse what can be read and still cannot work.

    Raises:
        FileNotUsable: a file does not exist.
        BadInput: `--yes` has nothing to answer, or there is an ID beside other sources.
        UnknownOption: Canvas has no such option, it takes no such value, or a full batch names no term.
    """
    if options.command == "explain" and len(options.source) > 1:
        _require_files(options.source)
    missing = [path for path in _files(options) if not path.exists()]
    if missing:
        raise not_there(missing[0])
    if options.command == "import" and options.yes and not options.rehearse:
        raise BadInput(
            "--yes answers the question after a rehearsal, and there is no --rehearse. Nothing was sent.",
            "Add --rehearse, or leave --yes out. To confirm a production Canvas: --yes-production DOMAIN.",
        )
    require_term(option_params(dict(getattr(options, "option", ()))))


def _require_files(sources: Sequence[str]) -> None:
    ids = [source for source in sources if source.isdecimal() and not Path(source).exists()]
    if ids:
        raise BadInput(
            f"explain takes one ID, or saved files, and {ids[0]} is not alone.",
            "Explain one import at a time. A file that you sent comes after --sent.",
        )


def _files(options: argparse.Namespace) -> list[Path]:
    """Return the files that a command reads, but for those of an import."""
    match options.command:
        case "check" | "rehearse":
            return list(options.files)
        case "explain" if not (len(options.source) == 1 and options.source[0].isdecimal()):
            return [*map(Path, options.source), *options.sent]
    return []


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python start.py", description=DESCRIPTION, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    to_canvas = _shared()
    _add_domain(to_canvas, "your Canvas, such as school.test.instructure.com (default: the practice Canvas)")
    as_json = _shared()
    as_json.add_argument("--json", action="store_true", help="show Canvas's whole JSON and every message")
    with_options = _shared()
    with_options.add_argument(
        "--option",
        type=_option,
        action="append",
        default=[],
        metavar="name=value",
        help="an option of the import, may be repeated: " + ", ".join(IMPORT_OPTIONS),
    )

    def command(
        name: str,
        help_text: str,
        *parents: argparse.ArgumentParser,
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            parents=parents,
            allow_abbrev=False,
            help=help_text,
            description=f"{help_text[0].upper()}{help_text[1:]}.",
            epilog=EXAMPLES.get(name),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name in TAKES_FILES:
            added.add_argument("--file", "--files", nargs="?", action=_NeedsNoOption, help=argparse.SUPPRESS)
        added.set_defaults(command=name, parser=added)
        return added

    add = command("import", "import a file and watch it", to_canvas, as_json, with_options)
    add.add_argument(
        "file", type=_path, metavar="FILE", help="a CSV file, a zip of CSV files, or a folder of them"
    )
    add.add_argument(
        "--rehearse", action="store_true", help="run it on a scratch Canvas first and show what it would do"
    )
    add.add_argument(
        "--yes",
        action="store_true",
        help="with --rehearse: send it after the rehearsal without asking, unless the rehearsal leaves doubt",
    )
    add.add_argument(
        "--waive",
        action="append",
        default=[],
        choices=[name for name, guard in GUARDS.items() if guard.waivable],
        help="send although this guard holds the import back, may be repeated",
    )
    add.add_argument(
        "--yes-production", metavar="DOMAIN", help="confirm an import into this production Canvas"
    )

    status = command("status", "show one SIS import, or the latest", to_canvas, as_json)
    status.add_argument(
        "id",
        type=_import_id,
        nargs="?",
        metavar="ID",
        help="the id of the import; without it, the latest imports are listed",
    )
    status.add_argument("--all", action="store_true", help="list all imports; with an ID, show every message")

    check = command("check", "check files without sending them")
    _add_domain(
        check,
        "also check what the files refer to in this Canvas, such as school.test.instructure.com,"
        f" or {PRACTICE} for the practice Canvas",
    )
    check.add_argument(
        "files", type=_path, nargs="+", metavar="FILE", help="CSV files, zips, or folders of CSV files"
    )

    explain = command("explain", "explain the messages of an import by root cause", to_canvas)
    explain.add_argument(
        "source",
        type=_named,
        nargs="+",
        metavar="ID|FILE",
        help="the id of an import, or its saved JSON, its error CSV, or both",
    )
    explain.add_argument(
        "--sent", type=_path, action="append", default=[], metavar="FILE", help="a file that was sent"
    )
    explain.add_argument("--all", action="store_true", help="show every message, not the first of each cause")

    rehearse = command(
        "rehearse",
        "show what an import would do; nothing is sent",
        to_canvas,
        with_options,
    )
    rehearse.add_argument(
        "files", type=_path, nargs="+", metavar="FILE", help="CSV files, a folder of them, or a zip"
    )

    command("compare", "compare a Canvas with the practice Canvas, without its data", to_canvas)
    erasing = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    erasing.add_argument("--yes", action="store_true", help="erase without asking")
    progress = command(
        "progress",
        "show which exercises are done and what comes next",
        erasing,
    )
    progress.add_argument(
        "--reset", action="store_true", help="erase your progress; the practice school stays"
    )
    command("reset", "empty the practice school; your progress stays", erasing)
    command("practice", "start the practice Canvas")
    page = command("card", "write the lesson on one page, to print it")
    page.add_argument(
        "file", type=_path, nargs="?", default=Path("card.html"), metavar="FILE", help="default: card.html"
    )
    command("stop", "stop the practice Canvas")
    return parser


def _add_domain(parser: argparse.ArgumentParser, help_text: str) -> None:
    parser.add_argument("--domain", type=_domain, help=help_text)
    parser.add_argument("--token", nargs="?", action=_RefuseToken, help=argparse.SUPPRESS)


def _shared() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(add_help=False, allow_abbrev=False)
