from pathlib import Path

import pytest

from helpers.errors import FileNotUsable
from helpers.messages import Report, explain_import
from tests.messages.material import import_json, saved_json, written

WARNINGS: list[list[str | None]] = [
    ["enrollments.csv", "The section S-OLD-1 does not exist (user U1)."],
    ["enrollments.csv", "The section S-OLD-2 does not exist (user U1)."],
    ["enrollments.csv", "The section S3 does not exist (user U1)."],
    ["users.csv", "User U4 has no login_id."],
]
TOML = """
[[noise]]
kind = "enrollment-section-unknown"
pattern = 's-old-'
reason = "Old sections stay in the feed until June"
"""
CSV = "kind,pattern,reason\nuser-blank,,Staff get their login later\n"


def report_with(tmp_path: Path, text: str, name: str = "noise.toml") -> Report:
    source = saved_json(tmp_path, import_json(WARNINGS))
    return explain_import(source, noise=written(tmp_path, text, name))


def test_noise_is_counted_with_its_reason(tmp_path: Path) -> None:
    report = report_with(tmp_path, TOML)
    assert len(report.noise) == 2 and len(report.messages) == 4
    assert sum(cause.explains for cause in report.causes) == 2
    assert "Expected, 2×: Old sections stay in the feed until June" in str(report)
    assert report.to_frame()["noise"].str.len().gt(0).sum() == 2
    assert "S-OLD-1" in report._repr_html_()


def test_a_noise_list_may_be_a_csv_file(tmp_path: Path) -> None:
    assert [each.message.file for each in report_with(tmp_path, CSV, "noise.csv").noise] == ["users.csv"]


def test_an_import_with_nothing_but_noise_is_clean(tmp_path: Path) -> None:
    everything = '[[noise]]\npattern = "."\nreason = "Quiet"\n'
    assert report_with(tmp_path, everything).clean
    assert not report_with(tmp_path, TOML).clean


def test_a_list_without_entries_changes_nothing(tmp_path: Path) -> None:
    assert report_with(tmp_path, "").noise == ()


WRONG = {
    "no-reason.toml": '[[noise]]\nkind = "user-blank"\n',
    "only-a-reason.toml": '[[noise]]\nreason = "all of it"\n',
    "misspelled-kind.toml": '[[noise]]\nkind = "user-blnk"\nreason = "x"\n',
    "odd-pattern.toml": "[[noise]]\npattern = '('\nreason = \"x\"\n",
    "odd-key.toml": '[[noise]]\npatern = "x"\nreason = "x"\n',
    "one-table.toml": '[noise]\npattern = "x"\nreason = "x"\n',
    "other-name.toml": "[[quiet]]\nx = 1\n",
    "no.toml": "not toml",
    "too-many-cells.csv": "kind,pattern,reason\nuser-blank,,x,y\n",
    "empty-row.csv": "kind,pattern,reason\n,,\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_list_that_cannot_be_used_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotUsable, match="noise list"):
        report_with(tmp_path, WRONG[name], name)


def test_a_misspelled_kind_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match="did you mean user-blank"):
        report_with(tmp_path, WRONG["misspelled-kind.toml"])


@pytest.mark.parametrize("content", [b"\xff\xfe\0", None])
def test_a_list_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "noise.toml"
    if content:
        path.write_bytes(content)
    with pytest.raises(FileNotUsable):
        explain_import(saved_json(tmp_path, import_json()), noise=path)
