"""Turn the table of faults into findings: equal faults together, each with its consequences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import Finding, Group, Position
from helpers.preflight.school import School

MOST_FINDINGS = 100
"""The most findings kept for one rule in one column of one file; all are counted."""
MOST_FOLLOWERS = 20
_KEY = "slug, file, field, content, more"


def collect(school: School, file_findings: FileFindings) -> list[Group]:
    """Return all findings in groups: those about files, then those about rows."""
    database = school.database
    database.run(
        f"CREATE TABLE found AS SELECT {_KEY}, count(*) AS times, min(nr, 10) AS first, min(rowid) AS id"
        f" FROM faults WHERE root IS NULL GROUP BY {_KEY}"
    )
    # Which finding each fault that has followers belongs to; files have numbers below zero.
    database.run(
        "CREATE TABLE roots AS SELECT r.root, coalesce(f.id, r.root) AS id"
        " FROM (SELECT DISTINCT root FROM faults WHERE root IS NOT NULL) r"
        " LEFT JOIN faults o ON o.rowid = r.root"
        f" LEFT JOIN found f ON {_same('f', 'o')}"
    )
    database.run(
        "CREATE TABLE follow AS SELECT id, file, count(DISTINCT nr) AS times"
        " FROM faults JOIN roots USING (root) GROUP BY id, file"
    )
    follow: dict[int, dict[str, int]] = defaultdict(dict)
    for root, file, rows in database.rows("SELECT * FROM follow ORDER BY times DESC LIMIT 100000"):
        name = school.file(file).name
        follow[root][name] = follow[root].get(name, 0) + rows
    return [*_of_files(file_findings, follow, school), *_of_rows(school, follow)]


def collect_files(file_findings: FileFindings) -> list[Group]:
    """Return only the findings about files."""
    return [
        Group(each.rule, each.position.file, each.position.column, (each,), 1, each.rows)
        for each in file_findings.findings
    ]


def _same(one: str, other: str) -> str:
    columns = ("slug", "file", "field", "content", "more")
    return " AND ".join(f"{one}.{column} IS NOT DISTINCT FROM {other}.{column}" for column in columns)


def _of_files(
    file_findings: FileFindings, follow: Mapping[int, dict[str, int]], school: School
) -> list[Group]:
    groups = []
    for number, finding in enumerate(file_findings.findings):
        at, rows = finding.position, follow.get(-number - 1, {})
        known = replace(finding, follow=rows)
        followers = _followers(school, known, f"= {-number - 1}") if rows else ()
        groups.append(
            Group(finding.rule, at.file, at.column, (known,), 1, max(finding.rows, 0), rows, followers)
        )
    return groups


def _of_rows(school: School, follow: Mapping[int, dict[str, int]]) -> list[Group]:
    database = school.database
    totals = database.rows(
        "SELECT slug, file, field, count(*), sum(times)::BIGINT FROM found GROUP BY ALL ORDER BY min(id)"
    )
    groups = []
    for slug, file, column, count, rows in totals:
        findings = _findings(school, slug, file, column, follow)
        total = dict(database.rows(_total_follow(slug, file, column)))
        followers = tuple(
            follower
            for finding, number in findings[:MOST_FOLLOWERS]
            if finding.follow
            for follower in _followers(school, finding, f"IN (SELECT root FROM roots WHERE id = {number})")
        )
        groups.append(
            Group(
                school.rules[slug],
                school.file(file).name,
                column or None,
                tuple(finding for finding, _ in findings),
                count,
                rows,
                total,
                followers[:MOST_FOLLOWERS],
            )
        )
    return groups


def _of_group(slug: str, file: int, column: str) -> str:
    return f"""slug = '{slug}' AND g.file = {file} AND field = '{column}'"""


def _total_follow(slug: str, file: int, column: str) -> str:
    return (
        "SELECT n.name, sum(w.times)::BIGINT FROM found g JOIN follow w ON w.id = g.id"
        f" JOIN files n ON n.number::INTEGER = w.file WHERE {_of_group(slug, file, column)} GROUP BY n.name"
    )


def _findings(
    school: School, slug: str, file: int, column: str, follow: Mapping[int, dict[str, int]]
) -> list[tuple[Finding, int]]:
    """Return the first findings of a group, those with the most consequences first, and their numbers."""
    rows = school.database.rows(
        f"SELECT content, more, times, first, g.id FROM found g LEFT JOIN"
        " (SELECT id, sum(times) AS n FROM follow GROUP BY id) w ON w.id = g.id"
        f" WHERE {_of_group(slug, file, column)}"
        f" ORDER BY n DESC NULLS LAST, times DESC, first[1] LIMIT {MOST_FINDINGS}"
    )
    return [
        (
            Finding(
                school.rules[slug],
                _position(school, file, first[0], column, value),
                count,
                tuple(first),
                more or "",
                follow=follow.get(number, {}),
            ),
            number,
        )
        for value, more, count, first, number in rows
    ]


def _followers(school: School, cause: Finding, roots: str) -> tuple[Finding, ...]:
    """Return the first findings that follow from one."""
    rows = school.database.rows(
        f"SELECT {_KEY}, count(*), min(nr, 10) FROM faults WHERE root {roots} GROUP BY {_KEY}"
        f" ORDER BY count(*) DESC, min(rowid) LIMIT {MOST_FOLLOWERS}"
    )
    return tuple(
        Finding(
            school.rules[slug],
            _position(school, file, first[0], column, value),
            count,
            tuple(first),
            more or "",
            cause.key,
        )
        for slug, file, column, value, more, count, first in rows
    )


def _position(school: School, file: int, row: int, column: str, value: str | None) -> Position:
    loaded = school.file(file)
    return Position(loaded.name, row, row if loaded.lines_are_rows else None, None, column or None, value)
