"""Mutants on whose difference nobody relies, each with its reason: they are not tried."""

from tests.mutations.mutants import Mutant

UNNAMED_FOLDER = "(TemporaryDirectory())"  # it is soon gone


def is_lenient_zip(mutant: Mutant) -> bool:
    """Return whether a zip of sequences of the same length no longer insists on it."""
    if (mutant.before, mutant.after) == ("True", "(False)"):
        return "strict=True" in mutant.text
    lenient = mutant.before.replace(", strict=True", "")
    return lenient != mutant.before and mutant.after == f"({lenient})"


def is_without_effect(module: str, mutant: Mutant) -> bool:
    """Return whether the tables say that nobody relies on the difference."""
    if is_lenient_zip(mutant):
        return True  # only a fault elsewhere could make sequences of different lengths meet there
    return mutant.after == UNNAMED_FOLDER or (module, mutant.text, mutant.after) in WITHOUT_EFFECT


# (module, line, what it is changed to) where nobody relies on the difference, found by looking at survivors
WITHOUT_EFFECT: set[tuple[str, str, str]] = {
    # the remark that the numbers add up comes before
    ("helpers/messages/balance.py", "if rows.unexplained < 0:", "(rows.unexplained <= 0)"),
    ("helpers/messages/balance.py", "if rows.unexplained < 0:", "(1)"),
    # no character that looks like another is there
    *(
        (
            "helpers/near_misses.py",
            "for code in (*range(0xA0, 0x3000), *range(0xFF00, 0xFFF0), *range(0x1D400, 0x1D800)):",
            end,
        )
        for end in ("(161)", "(12289)", "(65281)", "(65521)", "(120833)")
    ),
    # it is set before it is read
    ("helpers/client/transport.py", "DEADLINE.reset(token)", "pass"),
    ("practice_canvas/queue/import_run.py", "self.import_id = 0  # whose pace counts", "(1)"),
    ("practice_canvas/api/gate.py", "public: bool = False", "(True)"),
    ("practice_canvas/sis_csv/reading.py", "self._block_is_plain = False", "pass"),
    ("practice_canvas/sis_csv/reading.py", "self._rest = iter(self._block)  # of the block", "pass"),
    # no column's name is a number, or has a character that only an ID loses
    (
        "helpers/repair/files/rewriting.py",
        "bare = [unwrapped(cleaned(name, False, Counter()), False, Counter()).strip(BLANKS)"
        " for name in header]",
        "(True)",
    ),
    # nothing is told about a file without a line
    ("helpers/repair/files/rows.py", 'blank, first = next(numbered, (0, ""))', "(1)"),
    # within a microsecond
    (
        "practice_canvas/api/access.py",
        "if expires_at and datetime.fromisoformat(expires_at) <= datetime.now(UTC):",
        "(datetime.fromisoformat(expires_at) < datetime.now(UTC))",
    ),
    (
        "practice_canvas/api/file_uploads.py",
        'if datetime.now(UTC) - datetime.fromisoformat(record["created_at"]) > TIME_TO_UPLOAD:',
        "(datetime.now(UTC) - datetime.fromisoformat(record['created_at']) >= TIME_TO_UPLOAD)",
    ),
    # into how many parts it is divided, which gives the same
    ("practice_canvas/sis_csv/duplicates.py", "parts = len(hashes) // PART + 1", "(2)"),
    ("practice_canvas/sis_csv/reading.py", "parts = len(hashes) // PART + 1", "(2)"),
    # how much is read or kept in order to look for less
    (
        "practice_canvas/sis_csv/archives.py",
        'return "an OpenDocument file" if file.read(64).startswith(_OPEN_DOCUMENT) else None',
        "(65)",
    ),
    ("practice_canvas/api/multipart.py", "before = before[-len(boundary) - 1 :]", "(2)"),
    # any size that is not one; the module tarfile always says how much it reads
    ("practice_canvas/sis_csv/archives.py", "def read(self, size: int = -1) -> bytes:", "(2)"),
    # no client names either port
    (
        "practice_canvas/api/hosts.py",
        "return one_spelling(found[1]), int(found[2] or DEFAULT_PORTS.get(scheme, 0))",
        "(1)",
    ),
    # how many imports are read at most
    (
        "helpers/rehearsal/scratch_run.py",
        "for each in client.list_sis_imports(limit=100):",
        "(client.list_sis_imports())",
    ),
    ("helpers/rehearsal/scratch_run.py", "for each in client.list_sis_imports(limit=100):", "(101)"),
    (
        "helpers/messages/previous.py",
        "SEARCHED = 50  # earlier imports to search for one with the same kinds of files",
        "(51)",
    ),
    # files without such a character are only checked faster
    (
        "helpers/preflight/school.py",
        r'_CONTROLS = "".join(map(chr, {*range(1, 32), 127} - {*b"\r\n"}))',
        "(33)",
    ),
    # an import with a lower ID is not created later
    (
        "helpers/messages/previous.py",
        "second = timedelta(seconds=1)  # Canvas truncates its times to whole seconds",
        "(2)",
    ),
    # no saved file begins with so many marks and blanks
    (
        "helpers/messages/saved.py",
        r'start = file.read(64).strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")',
        "(65)",
    ),
    # a file with a byte that is not UTF-8 is not read
    ("helpers/preflight/scanning.py", "line_ends: bool = True", "(False)"),
    # how much is done or kept at a time, which only memory and speed show
    (
        "practice_canvas/engine/importers/user.py",
        'if any((row["status"] or "").lower() == "deleted" for row in rows):',
        "((row['status'] or '').lower() != 'deleted')",
    ),
    ("helpers/preflight/encodings.py", "self[code] = form", "pass"),
    ("helpers/messages/report.py", "gc.disable()", "pass"),
    ("helpers/messages/explained_messages.py", "if number >= last:", "(number > last)"),
    (
        "helpers/repair/files/decoding.py",
        "if len(self.foreign) < MOST_SHOWN or len(numbers) > before:",
        "(len(numbers) >= before)",
    ),
    (
        "helpers/messages/explained_messages.py",
        "AT_ONCE = 1000  # texts: few enough to stay in the processor's cache",
        "(1001)",
    ),
    (
        "helpers/messages/saved.py",
        "AT_ONCE = 1000  # rows of an error CSV: few enough to stay in the processor's cache",
        "(1001)",
    ),
    *(("helpers/rehearsal/bundle.py", "_BLOCK = 1 << 20  # bytes", after) for after in ("(2)", "(21)")),
    ("helpers/near_misses.py", "SIGNATURE_BYTES: Final = 1024", "(1025)"),
    *(("helpers/preflight/files/encoding.py", "LONGEST_LINE = 1 << 20", after) for after in ("(2)", "(21)")),
    *(("helpers/preflight/scanning.py", "BLOCK = 1 << 20", after) for after in ("(2)", "(21)")),
    *(
        (f"practice_canvas/{module}.py", line, after)
        for module, line, *changed in (
            ("sis_csv/archives", "BLOCK = 1 << 20", "(2)", "(21)"),
            ("sis_csv/reading", "BLOCK = 1 << 20  # bytes read at a time", "(2)", "(21)"),
            ("sis_csv/reading", "PART = 1_000_000  # so many lines are compared at a time", "(1000001)"),
            (
                "sis_csv/reading",
                "deque(islice(self._numbered, left), maxlen=0)",
                "(1)",
                "(deque(islice(self._numbered, left)))",
            ),
            ("engine/batch_mode", "SLICE = 1000  # objects deleted in one step", "(1001)"),
            ("engine/restore", "SLICE = 1000  # records restored in one step", "(1001)"),
            ("engine/rules/deletion", "SLICE = 10_000", "(10001)"),
            ("engine/rows", "READ_AT_ONCE = 1000", "(1001)"),
            ("engine/rows", "if len(values) < width:", "(len(values) <= width)"),
            (
                "engine/run",
                "MOST_STEPS = 2 * CHUNKS  # with more chunks than that, as of many small files,"
                " several are one step",
                "(3)",
            ),
            (
                "engine/run",  # which of the steps of a large import is shown
                "if self.chunks_done % self.chunks_per_step == 0 or len(chunk.lines) == self.chunk_rows:",
                "(1)",
            ),
            (
                "engine/importers/enrollment/importer",
                "CACHED = 20_000  # patterns; beyond that, the cache is emptied",
                "(20001)",
            ),
            (
                "engine/importers/enrollment/people",
                "CACHED = 200_000  # people; beyond that, the cache is emptied",
                "(200001)",
            ),
            (
                "engine/importers/enrollment/places",
                "CACHED = 100_000  # places; beyond that, the cache is emptied",
                "(100001)",
            ),
            ("queue/worker", "OBJECTS_BETWEEN_COLLECTIONS = 1_000_000", "(1000001)"),
            ("queue/worker", "NICENESS = 5", "(6)"),
            ("queue/worker", "os.nice(NICENESS)", "pass"),
            ("queue/worker", "gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)", "pass"),
            (
                "queue/crew",
                "AT_ONCE = 2  # threads that compute: SQLite and the disk let a second one go on",
                "(3)",
            ),
            (
                "queue/reports",
                'with store.writing_file(".zip") as packed,'
                ' ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=1) as archive:',
                "(2)",
                "(ZipFile(packed, 'w', ZIP_DEFLATED))",
            ),
            ("store/writes/data_sets", 'self._db.execute("PRAGMA journal_mode = OFF")', "pass"),
            ("store/writes/data_sets", 'self._db.execute("PRAGMA synchronous = OFF")', "pass"),
            ("queue/worker", "while os.read(sys.stdin.fileno(), 4096):", "(4097)"),
            ("store/writes/enrollments", "_USER_BITS = 32", "(33)"),
        )
        for after in changed
    ),
    # how many names, texts or IDs are looked at or named at most
    *(
        (f"helpers/preflight/{module}.py", line, after)
        for module, line, after in (
            ("files/columns", "_MOST_COMPARED = 200", "(201)"),
            (
                "files/header",
                "_MOST_COMPARED = 200  # columns; comparing names letter by letter is slow",
                "(201)",
            ),
            (
                "references/known",
                "_MOST_COMPARED = 10_000  # look-alikes to describe; all of them are found",
                "(10001)",
            ),
            ("rows/dates", "_MOST_TEXTS = 100_000", "(100001)"),
            ("rows/look_alikes", "_MOST_IDS = 10_000", "(10001)"),
            ("rows/roles", "_MOST_ROLES = 1000", "(1001)"),
        )
    ),
    # a bound of the helpers alone that may be a little larger
    ("helpers/repair/bisect.py", "most_imports: int = 60,", "(61)"),
    *(
        (f"helpers/{module}.py", line, after)
        for module, line, *changed in (
            ("client/paging", "MOST_PAGES = 10_000", "(10001)"),
            ("client/request_plans", "MOST_IN_ONE_REQUEST = 25_000_000", "(25000001)"),
            ("client/school_ids", "MOST = 20_000", "(20001)"),
            ("client/sis_export", "DEADLINE = 6 * 3600.0  # seconds; a large account takes long", "(7)"),
            ("client/strict_json", "MOST_NESTED = 100", "(101)"),
            (
                "client/timed_http",
                "_BLOCK = 256 * 1024  # bytes per write; the 16 KiB of http.client make an upload several"
                " times slower",
                "(257)",
                "(1025)",
            ),
            (
                "client/transport",
                "MOST_IN_AN_ANSWER = 20_000_000  # bytes, unpacked; 100 objects are less than one million",
                "(20000001)",
            ),
            ("client/unzip", "MOST_UNPACKED = 20_000_000_000  # bytes", "(20000000001)"),
            (
                "messages/sent",
                "LARGEST_DOWNLOAD = 100_000_000  # bytes; larger files must be on disk",
                "(100000001)",
            ),
            ("client/transport", "_BLOCK = 256 * 1024  # bytes", "(257)", "(1025)"),
        )
        for after in changed
    ),
    # a bound of the practice Canvas alone that may be a little larger
    *(
        (f"practice_canvas/{module}.py", line, after)
        for module, line, after in (
            ("api/bodies", "LARGEST_FORM = 1024**2", "(1025)"),
            ("api/bodies", "MOST_DRAINED = 1024**3", "(1025)"),
            ("api/bodies", "MOST_DRAINED = 1024**3", "(4)"),
            ("api/dispatch", "MOST_NAMED = 20  # a header has to stay short", "(21)"),
            ("api/graphql", "MOST_FIELDS = 20_000", "(20001)"),
            ("api/graphql_query", "DEEPEST = 30", "(31)"),
            ("api/graphql_query", "MOST_SELECTIONS = 1000  # each use of a fragment counts again", "(1001)"),
            ("api/multipart", "LARGEST_FIELDS = 256 * 1024", "(257)"),
            ("api/multipart", "LARGEST_FIELDS = 256 * 1024", "(1025)"),
            ("api/multipart", "MOST_PARTS = 500", "(501)"),
            ("api/upload", "LARGEST_UPLOAD = 8 * 1024**3", "(9)"),
            ("api/upload", "LARGEST_UPLOAD = 8 * 1024**3", "(1025)"),
            ("engine/importers/grade_publishing_results", "LARGEST_ID = 2**63 - 1", "(2)"),
            ("engine/offered_files", "_LONGEST_HEADER = 1 << 16", "(17)"),
            (
                "sis_csv/reading",
                "LONGEST = 16 << 20  # characters; a longer line or quoted value is taken for a quote"
                " that never closes",
                "(17)",
            ),
        )
    ),
    # an incomplete date is reported as such before
    ("helpers/preflight/rows/dates.py", "return False", "(True)"),
    # no mark is longer
    ("helpers/preflight/files/encoding.py", "return file.read(4).startswith(tuple(_WIDE))", "(5)"),
    # a quarter is 25 percent at least
    ("helpers/rehearsal/scratch_run.py", "done = 0", "(1)"),
    # no word is so long
    (
        "helpers/watching/progress_chart.py",
        "LONGEST_LINE = 16  # characters of the words beside the last point",
        "(17)",
    ),
    # a text that fills its room to the pixel, by an estimate of the width of its letters
    (
        "helpers/watching/progress_chart.py",
        'text = next((t for t in (f"{style.word} {length}", style.word)'
        ' if len(t) * CHARACTER_WIDTH < room), "")',
        "(len(t) * CHARACTER_WIDTH <= room)",
    ),
    # a row has the number 2 at least, or none
    (
        "helpers/messages/evidence.py",
        "files = (sorted(by_file[name], key=lambda each: each.row or 0) for name in sorted(by_file))",
        "(1)",
    ),
    # of two, the first is taken
    ("helpers/messages/causes.py", "return counted.most_common(1)[0][0]", "(2)"),
    (
        "helpers/near_misses.py",
        "return next(iter(get_close_matches(word, list(known), 1, likeness)), None)",
        "(2)",
    ),
    # only zero counts
    (
        "practice_canvas/api/graphql_query.py",
        'depth += {"{": 1, "}": -1, "(": 1, ")": -1}.get(sign, 0)',
        "depth -= {'{': 1, '}': -1, '(': 1, ')': -1}.get(sign, 0)",
    ),
    # nothing but threads that end with the process is left
    (
        "practice_canvas/queue/crew.py",
        "os._exit(0)  # even in the middle of a chunk: the database rolls it back",
        "pass",
    ),
    # the worker ends with the whole process
    (
        "practice_canvas/queue/worker.py",
        "threading.Thread(target=_listen, args=(wake,), daemon=True).start()",
        "(threading.Thread(target=_listen, args=(wake,)))",
    ),
    # nobody starts it by hand
    *(
        ("practice_canvas/queue/worker.py", 'parser.add_argument("--home", type=Path, required=True)', after)
        for after in ("(False)", "(parser.add_argument('--home', type=Path))")
    ),
    *(
        (
            "practice_canvas/queue/crew.py",
            'parser.add_argument("--home", type=Path, required=True,'
            ' help="the folder with a folder for each seat")',
            after,
        )
        for after in ("(False)", "(parser.add_argument('--home', type=Path, required=True))")
    ),
    *(
        (
            f"practice_canvas/queue/{name}.py",
            f'parser = argparse.ArgumentParser(prog="python -m practice_canvas.queue.{name}",'
            " description=__doc__)",
            f"(argparse.ArgumentParser(prog='python -m practice_canvas.queue.{name}'))",
        )
        for name in ("crew", "worker")
    ),
    # it only counts what differs
    (
        "helpers/repair/files/rewriting.py",
        "changes[HEADER] += sum(name != old for name, old in zip(names, header, strict=True))",
        "(zip(header, names, strict=True))",
    ),
    # any speed near it
    (
        "helpers/client/timed_http.py",
        "_SLOWEST = 10_000  # bytes per second that a download must come to after its first seconds",
        "(10001)",
    ),
    # any numbers: what is explained has a row
    (
        "helpers/messages/explained_messages.py",
        "return explain(ImportMessage(0, file, text, 0, severity))",
        "(1)",
    ),
    # nobody receives it
    ("practice_canvas/api/dispatch.py", "CLIENT_GONE = 499  # nobody receives it", "(500)"),
    # Python closes it at the end of the function
    ("practice_canvas/queue/crew.py", "store.close()", "pass"),
    ("practice_canvas/queue/queue.py", "steps.close()  # what was unpacked makes room", "pass"),
    # the slow way does the same to such a row
    (
        "practice_canvas/engine/importers/enrollment/batch.py",
        "return self.new.setdefault(identity, state) == state",
        "return",
    ),
}
