"""Files that are not UTF-8: what is certain is repaired, and everything else is shown and left alone."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.errors import FileNotRepairable
from helpers.preflight import Findings, check_files
from helpers.preflight.encodings import CANDIDATES
from helpers.preflight.files.encoding import wide_encoding
from helpers.preflight.rows.placeholders import ALWAYS
from helpers.repair import Comparison, Repair, repair_file
from helpers.repair.files import rewriting
from tests.examples import examples

HEADER = "user_id,login_id,full_name,status\n"
BOM = b"\xef\xbb\xbf"
CERTAIN = [
    (["Nora Schröder"], "cp1252"),
    (["Müller", "Jäger", "Schröder", "Groß", "Ömer"], "cp1252"),
    (["Müller", "Schröder"], "iso8859_15"),
    (["Müller", "Schröder"], "iso8859_2"),
    (["Łódź", "José", "山田 太郎"], "utf-8-sig"),
    (["Łódź", "José", "山田 太郎"], "utf-16"),
    (["Łódź", "José", "山田 太郎"], "utf-32"),
    (["Łódź", "José", "山田 太郎"], "utf-16-le"),
]
NOT_CERTAIN = [
    (["José", "Müller"], "mac_roman", {"mac_roman": "José", "cp1252": "JosŽ", "cp852": "JosÄ"}),
    (["Müller"], "mac_roman", {"mac_roman": "Müller", "cp1252": "MŸller"}),
    (["Müller"], "cp1252", {"cp1252": "Müller", "cp852": "MŘller"}),
    (["José"], "cp1252", {"cp1252": "José", "mac_roman": "JosÈ", "cp850": "JosÚ"}),
    (["Björn Åkesson"], "cp1252", {"cp1252": "Björn Åkesson", "cp1250": "Björn Ĺkesson"}),
    (["O’Brien"], "mac_roman", {"mac_roman": "O’Brien", "cp1252": "OÕBrien"}),
    (["GARCÍA"], "cp850", {"cp850": "GARCÍA", "cp1252": "GARCÖA"}),
    (["Šimůnek", "José"], "iso8859_2", {"iso8859_2": "Šimůnek", "cp1252": "©imùnek"}),
    (["Łódź"], "cp1250", {"cp1250": "Łódź", "cp1252": "£ódŸ"}),
    (["山田 太郎"], "cp932", {"cp932": "山田 太郎", "cp1252": "ŽR“c ‘¾˜Y"}),
    (["佐々木 一郎"], "euc_jp", {"euc_jp": "佐々木 一郎"}),
    (["王小明"], "gb18030", {"gb18030": "王小明", "cp949": "珙鬼츠"}),
    (["김민수"], "cp949", {"cp949": "김민수"}),
    (["Παπαδόπουλος"], "cp1253", {"cp1253": "Παπαδόπουλος", "cp1251": "Рбрбдьрпхлпт"}),
    (["Иванов"], "cp1251", {"cp1251": "Иванов", "koi8_r": "хБЮМНБ"}),
    (["Иванов"], "koi8_r", {"koi8_r": "Иванов"}),
]


def text_of(names: Sequence[str]) -> str:
    return HEADER + "".join(f"P-{n},u{n},{name},active\n" for n, name in enumerate(names))


def stored(folder: Path, content: bytes) -> Path:
    path = folder / "users.csv"
    path.write_bytes(content)
    return path


def refusal(path: Path, **choice: Any) -> FileNotRepairable:
    """Return why a file is not repaired."""
    with pytest.raises(FileNotRepairable) as refused:
        repair_file(path, **choice)
    return refused.value


def read(made: Repair) -> str:
    return made.path.read_bytes().decode("utf-8")


def shown(comparison: Comparison) -> dict[object, str]:
    """Return each encoding and how it reads the first value."""
    return {each.choice["encoding"]: each.values[0] for each in comparison.readings}


@pytest.mark.parametrize(("names", "encoding"), CERTAIN)
def test_what_is_certain_is_repaired(tmp_path: Path, names: list[str], encoding: str) -> None:
    made = repair_file(stored(tmp_path, text_of(names).encode(encoding)))
    assert read(made) == text_of(names)
    assert check_files(made.path).ok


@pytest.mark.parametrize(("names", "encoding", "readings"), NOT_CERTAIN)
def test_what_is_not_certain_is_shown_and_the_person_chooses(
    tmp_path: Path, names: list[str], encoding: str, readings: dict[str, str]
) -> None:
    path = stored(tmp_path, text_of(names).encode(encoding))
    refused = refusal(path)
    assert list(tmp_path.iterdir()) == [path]
    assert shown(refused.comparison).items() >= readings.items()
    for text in ("\n".join(refused._render_traceback_()), refused.comparison._repr_html_()):
        assert names[0] in text and "encoding=" in text and "line 2" in text
    assert f"repair_file('{path.as_posix()}', encoding='" in refused.fix
    assert read(repair_file(path, encoding=encoding)) == text_of(names)


def test_equal_readings_are_one_row_and_what_reads_like_names_comes_first(tmp_path: Path) -> None:
    comparison = refusal(stored(tmp_path, text_of(["José", "Müller"]).encode("mac_roman"))).comparison
    labels = [each.label for each in comparison.readings]
    assert labels[0] == "MacRoman" and "DOS 850, DOS 437" in labels


def test_five_values_are_shown_and_they_tell_the_candidates_apart(tmp_path: Path) -> None:
    names = [f"José {n}" for n in range(2000)] + ["Şahin", "Muñoz"]
    comparison = refusal(stored(tmp_path, text_of(names).encode("cp1254"))).comparison
    assert len(comparison.lines) == 5
    by_choice = {each.choice["encoding"]: each.values for each in comparison.readings}
    assert "Şahin" in by_choice["cp1254"] and "Þahin" in by_choice["cp1252"]


MIXED = text_of(["José"]).encode() + "P-9,u9,Muñoz,active\n".encode("cp1252")
CUT = HEADER.encode() + "P-1,u1,José,active\nP-2,u2,M".encode() + b"\xc3,active\n"
IN_ONE_VALUE = HEADER.encode() + "P-1,u1,José M".encode() + b"\xc3,active\n"
HALVES = HEADER.encode() + b"P-1,u1,Nora \xed\xa0\xbd\xed\xb8\x80,active\n"


@pytest.mark.parametrize(
    ("content", "value", "line"),
    [(MIXED, "Mu\\xf1oz", 3), (CUT, "M\\xc3", 3), (IN_ONE_VALUE, "José M\\xc3", 2)],
)
def test_utf8_with_something_else_in_it_is_refused_with_the_place(
    tmp_path: Path, content: bytes, value: str, line: int
) -> None:
    refused = refusal(stored(tmp_path, content))
    assert f"“{value}” in line {line}." in refused.what
    assert not refused.comparison or refused.comparison.lines[0] == line


def test_a_byte_order_mark_does_not_make_other_bytes_certain(tmp_path: Path) -> None:
    path = stored(tmp_path, BOM + text_of(["Schröder"]).encode("cp1252"))
    assert "Some values in users.csv are UTF-8" in refusal(path).what
    assert read(repair_file(path, encoding="cp1252")) == text_of(["Schröder"])


def test_the_choice_is_for_what_is_not_utf8_only(tmp_path: Path) -> None:
    made = repair_file(stored(tmp_path, MIXED), encoding="cp1252")
    assert read(made).splitlines()[1:] == ["P-0,u0,José,active", "P-9,u9,Muñoz,active"]
    assert [str(change) for change in made.changes] == ["lines decoded from Windows-1252 to UTF-8: 1"]


@pytest.mark.parametrize("encoding", [None, "cp1252", "gb18030", "mac_roman"])
def test_halves_of_characters_are_refused_whatever_is_chosen(tmp_path: Path, encoding: str | None) -> None:
    refused = refusal(stored(tmp_path, HALVES), encoding=encoding)
    assert "Line 2 of users.csv" in refused.what and "CESU-8" in refused.what


@pytest.mark.parametrize(
    ("content", "encoding", "why"),
    [
        (IN_ONE_VALUE, "cp1252", "Line 2 of users.csv contains “José M\\xc3”, part of which is UTF-8"),
        (text_of(["M\x81ller"]).encode("latin-1"), "cp1252", "cannot be read as Windows-1252"),
        (text_of(["Müller"]).encode("cp1252"), "ascii", "cannot be read as ascii"),
        (text_of(["M\x9fller"]).encode("latin-1"), "latin-1", "cannot be read as latin-1"),  # a control
        (text_of(["Müller"]).encode("cp1252"), "macroman8", "“macroman8” is not an encoding"),
        (text_of(["Müller"]).encode("cp1252"), "utf-16", "“utf-16” is not an encoding"),
        (text_of(["Müller"]).encode("cp1252"), "rot13", "“rot13” is not an encoding"),
        (text_of(["Nora\0", "Schröder\0"]).encode("cp1252"), None, "not certain"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(
    tmp_path: Path, content: bytes, encoding: str | None, why: str
) -> None:
    path = stored(tmp_path, content)
    refused = refusal(path, encoding=encoding)
    assert why in refused.what and refused.fix
    assert list(tmp_path.iterdir()) == [path]


def test_what_makes_sense_in_both_is_left_to_the_person(tmp_path: Path) -> None:
    original = text_of(["马云", "茅"])  # 茅 in GB18030 is é in UTF-8
    path = stored(tmp_path, original.encode("gb18030"))
    refused = refusal(path, encoding="gb18030")
    assert "both as UTF-8 and as GB18030" in refused.what
    assert [(dict(each.choice)["mixed"], each.values) for each in refused.comparison.readings] == [
        (True, ("é",)),
        (False, ("茅",)),
    ]
    assert read(repair_file(path, encoding="gb18030", mixed=False)) == original
    path.unlink()
    path = stored(tmp_path, text_of(["马云"]).encode("gb18030") + "P-1,u1,é,active\n".encode())
    (tmp_path / "users_repaired.csv").unlink()
    assert read(repair_file(path, encoding="gb18030", mixed=True)) == text_of(["马云", "é"])


@pytest.mark.parametrize(("count", "shown"), [(5, 5), (6, 5)])
def test_five_values_are_shown_that_make_sense_in_both(tmp_path: Path, count: int, shown: int) -> None:
    path = stored(tmp_path, text_of(["马云"]).encode("gb18030") + text_of("éèêëáà"[:count]).encode())
    comparison = refusal(path, encoding="gb18030").comparison
    assert comparison.readings[0].values == tuple("éèêëáà"[:shown])


def test_no_sense_as_utf8_is_read_as_chosen(tmp_path: Path) -> None:
    names = ["l’école", "Hélène"]  # ’é in MacRoman is one Armenian letter in UTF-8
    path = stored(tmp_path, text_of(names).encode("mac_roman"))
    assert read(repair_file(path, encoding="mac_roman")) == text_of(names)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("added", "what"),
    [
        (b"P-2,omar,Omar Holt,active\n", "line 3 is not"),
        (b"P-2,om,Omar,active\n", ""),
        (b"\0", "some of its bytes are not"),
    ],
)
def test_rows_that_another_program_added_to_utf16_are_not_chinese(
    tmp_path: Path, encoding: str, added: bytes, what: str
) -> None:
    path = stored(tmp_path, text_of(["Nora"]).encode(encoding) + added)
    assert f"begins as UTF-16, but {what}" in refusal(path).what


def test_half_a_character_of_utf16_is_refused(tmp_path: Path) -> None:
    content = "\ufeff".encode("utf-16-le") + text_of(["Nora ?"]).encode("utf-16-le").replace(
        b"?\0", b"\x3d\xd8"
    )
    assert "begins as UTF-16" in refusal(stored(tmp_path, content)).what


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_repaired_only_if_all_of_it_is_text(tmp_path: Path, encoding: str) -> None:
    good = text_of(["Łukasz", "José", "山田 太郎"])
    assert read(repair_file(stored(tmp_path, good.encode(encoding)))) == good
    shifted = good.encode(encoding).replace("José".encode(encoding), "José".encode(encoding)[1:] + b"\0")
    assert "begins as UTF-16" in refusal(stored(tmp_path, shifted)).what


def test_a_nul_at_the_beginning_makes_no_utf16(tmp_path: Path) -> None:
    path = stored(tmp_path, b"\0" + text_of(["Nora"]).encode())
    assert wide_encoding(path) is None
    assert read(repair_file(path)) == text_of(["Nora"])


def test_several_faults_are_repaired_at_once(tmp_path: Path) -> None:
    broken = 'user_id;login_id;full_name ;status\r\n="0000101";nora; "Schröder; Nora";active\n'
    made = repair_file(stored(tmp_path, broken.encode("cp1252")))
    assert read(made) == "user_id,login_id,full_name,status\n0000101,nora,Schröder; Nora,active\n"
    assert len(made.changes) == 6


def letters(script: str, codec: str) -> list[str]:
    """Return the letters of a script that an encoding has."""
    ranges = {
        "LATIN": (0x41, 0x250),
        "GREEK": (0x386, 0x3CF),
        "CYRILLIC": (0x400, 0x460),
        "CJK": (0x4E00, 0x9FFF),
        "KATAKANA": (0x30A1, 0x30FB),
        "HANGUL": (0xAC00, 0xD7A4),
        "HEBREW": (0x5D0, 0x5EB),
        "ARABIC": (0x621, 0x64B),
        "THAI": (0xE01, 0xE2F),
    }
    found = (chr(code) for code in range(*ranges[script]) if chr(code).isalpha())
    return [c for c in found if unicodedata.name(c, "").startswith(script) and comes_back(c, codec)]


def comes_back(text: str, codec: str) -> bool:
    return text.encode(codec, "ignore").decode(codec) == text


SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "CJK", "KATAKANA", "HANGUL", "HEBREW", "ARABIC", "THAI")
ALPHABETS = [
    (codec, found) for codec in CANDIDATES for script in SCRIPTS if (found := letters(script, codec))
]


@st.composite
def schools(draw: st.DrawFn) -> tuple[str, list[str]]:
    """An encoding, and names that it can write; NaN, say, is none."""
    codec, alphabet = draw(st.sampled_from(ALPHABETS))
    words = st.text(st.sampled_from(alphabet), min_size=1, max_size=6)
    names = st.lists(words, min_size=1, max_size=2).map(" ".join).filter(lambda name: name not in ALWAYS)
    return codec, draw(st.lists(names, min_size=1, max_size=4))


def repaired(content: bytes, encoding: str | None = None) -> str | None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Without the check afterwards: it is slow, and it would hide a wrong reading.
        patch.setattr(rewriting, "check_files", lambda path: Findings([]))
        try:
            made = repair_file(stored(Path(folder), content), encoding=encoding)
        except FileNotRepairable:
            return None
        return made.path.read_text(encoding="utf-8")


@given(schools())
@example(("mac_roman", ["Müller"]))
@example(("cp850", ["GARCÍA"]))
@examples(1.0)
def test_names_come_back_as_they_were_or_the_repair_refuses(school: tuple[str, list[str]]) -> None:
    codec, names = school
    original = text_of(names)
    assert repaired(original.encode(codec)) in (None, original)
    assert repaired(original.encode(codec), codec) in (None, original)


@given(schools(), st.lists(st.booleans(), min_size=4, max_size=4))
@examples(0.5)
def test_rows_of_two_programs_come_back_or_the_repair_refuses(
    school: tuple[str, list[str]], in_utf8: list[bool]
) -> None:
    codec, names = school
    lines = text_of(names).splitlines(keepends=True)
    kinds = ["utf-8", *("utf-8" if utf8 else codec for utf8 in in_utf8)]
    content = b"".join(line.encode(kind) for line, kind in zip(lines, kinds, strict=False))
    assert repaired(content) in (None, text_of(names))
    assert repaired(content, codec) in (None, text_of(names))


@given(schools(), st.integers(min_value=0, max_value=200))
@examples(0.5)
def test_a_byte_that_was_lost_from_utf8_is_never_made_up_for(school: tuple[str, list[str]], at: int) -> None:
    content = text_of(["José", *school[1]]).encode()
    letters_at = [place for place, byte in enumerate(content) if byte >= 0x80]
    lost = letters_at[2 + at % max(len(letters_at) - 2, 1)] if len(letters_at) > 2 else letters_at[0]
    assert repaired(content[:lost] + content[lost + 1 :]) is None
