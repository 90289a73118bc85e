"""The report of a small release made by hand: every number has its source, and what may not be shown is not."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from pipelines.conform.numerals import ordinal
from pipelines.ledger import open_ledger
from pipelines.publish import publish as publishing
from pipelines.report.chapters import outline
from pipelines.report.issue import datasets, issue
from pipelines.report.report import render
from pipelines.report.source import open_release
from pipelines.store import Store, write_json
from tests.unit.report.release import RELEASE, SEEDS, Made, write

MADE_AT = datetime(2026, 1, 5, 9, 0)


class _Page(HTMLParser):
    """Numbers of a page with their links, its anchors, its text outside numbers, and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.numbers: list[tuple[float, str]] = []
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.text: list[str] = []
        self._skip: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.anchors |= {str(found["id"])} if "id" in found else set()
        self.links |= {str(found["href"])} if "href" in found else set()
        if "data-value" in found:
            self.numbers.append((float(str(found["data-value"])), str(found.get("href") or "")))
        if "data-value" in found or tag in ("style", "sup", "title"):
            self._skip.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skip and self._skip[-1] == tag:
            self._skip.pop()

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text.append(data)


def _made() -> Made:
    made = Made()
    made.cell("R3", "case", 1355)
    made.cell("R3", "case", 1204, period="2024")
    made.cell("R3", "case", 512, region="430100")
    made.cell("R3", "case", region="430200", status="suppressed")
    made.cell("R3", "case", 321, period="2025Q3")
    made.cell("R3", "case", period="2025Q4", status="suppressed")
    made.cell("R4", "person", 2556, spread=17)
    made.cell("R44", "share_reported", 612, 800)
    made.cell("R38", "person", status="suppressed")
    made.cell("R10", "rank", status="not_submitted")
    made.cell("R39", "longest_term_months", status="suppressed")
    made.handoffs = [
        ("order_to_reporting", "430000", f"2025-{month:02}", status, count, state)
        for month in (1, 2)
        for status, count, state in (("met", 40 + month, "ok"), ("overdue", None if month == 1 else 11, "ok"))
        if count is not None
    ]
    made.handoffs.append(("order_to_reporting", "430000", "2025-01", "overdue", None, "suppressed"))
    made.handoffs.append(("order_to_reporting", "430000", "2025-01", "late", None, "suppressed"))
    made.handoffs.append(("order_to_reporting", "430100", "2025-01", "met", 30, "ok"))
    made.handoffs.append(("order_to_reporting", "430100", "2025-02", "met", None, "suppressed"))
    made.handoffs.append(("effect_to_documents", "430100", "2025-02", "met", 19, "ok"))
    made.handoffs.append(("effect_to_documents", "430100", "2025-02", "late", None, "suppressed"))
    made.deliveries = [_delivery("u1", "accepted", 0.75), _delivery("u2", "rejected", None)]
    return made


def _delivery(name: str, status: str, share: float | None) -> tuple[object, ...]:
    times = [datetime(2025, 7, 2), datetime(2025, 7, 3), datetime(2025, 7, 1)]
    return (name, "police_treatment_order", "police", date(2025, 6, 1), date(2025, 7, 1), *times, status, share, 3)


def _html(store: Store, made: Made, clearance: str = "mart", period: str = "2025", region: str = "430000") -> str:
    write(store, made, clearance)
    with open_release(store, RELEASE, clearance) as release:
        return render(release, period, region, datasets(), MADE_AT)


def test_every_number_stands_in_the_tables_of_the_release_and_leads_to_its_source(store: Store) -> None:
    made = _made()
    made.totals = [
        ("police_treatment_order", "u1", "term_months", "differs", 800, 700),
        ("police_treatment_order", "u2", "term_months", "refused", 800, None),
    ]
    page = _Page(_html(store, made))
    with duckdb.connect(str(store.releases / "current" / "mart.duckdb"), read_only=True) as mart:
        known = {
            value
            for row in mart.sql(
                "select numerator, denominator, value, value_low, value_high, coverage from mart.indicator"
            ).fetchall()
            for value in row
        }
    # 41 + 42 hand-offs met in the months published, 11 overdue; two deliveries, one accepted, one refused, both late.
    # In one prefecture 30 + 19 met; of two control totals one differs and one is of the delivery refused.
    known |= {83.0, 11.0, 49.0} | {2.0, 1.0, 0.0, 0.75, 0.875}
    assert [number for number in page.numbers if number[0] not in known] == []
    assert {1355.0, 1204.0, 512.0, 321.0, 2556.0, 2539.0, 2573.0, 612.0, 800.0, 0.765, 83.0, 49.0, 0.875} <= {
        value for value, _ in page.numbers
    }
    assert {link[1:] for link in page.links} <= page.anchors
    # Outside numbers, digits are names only: of periods, days, regions, figures, units, rules of law, the release.
    rest = re.sub(
        rf"{RELEASE}|430\d{{3}}|\d{{4}}-\d\d-\d\d|\d{{4}}(Q\d|年)?|\d+[月日]|\d+个月|R\d+|\[\d+\]|未满\d+岁|"
        r"(share|person)_\w+|(法|条例|规定) \d+|; \d+",
        "",
        "".join(page.text),
    )
    assert not re.findall(r"\S*\d\S*", rest)


def test_hand_offs_of_regions_are_added_over_rules_and_say_what_is_left_out(store: Store) -> None:
    made = _made()
    shown = re.search(r'id="handoffs-by-region">.*?</table>', _html(store, made), re.DOTALL)
    assert shown
    cells = [
        re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", shown[0], re.DOTALL)
    ]
    rows = [cells[place : place + 7] for place in range(7, len(cells), 7)]
    assert rows == [
        ["长沙市", "≥49", "不公布", "无记录", "无记录", "无记录", "无记录"],
        ["株洲市", *["无记录"] * 6],
    ]


def test_exact_hand_offs_of_regions_show_nothing_as_zero_where_others_are_known(store: Store) -> None:
    made = Made()
    made.cell("R3", "case", 1355)
    made.cell("R3", "case", 512, region="430100")
    made.handoffs = [
        ("order_to_reporting", "430102", date(2025, 1, 5), status, cause)
        for status, cause in (("met", None), ("met", None), ("overdue", "gap"))
    ]
    made.totals = [("police_treatment_order", "u1", "term_months", "differs", 800, 700)]
    made.deliveries = [_delivery("u1", "accepted", 0.75)]
    html = _html(store, made, "warehouse")
    shown = re.search(r'id="handoffs-by-region">.*?</table>', html, re.DOTALL)
    assert shown
    assert re.findall(r'data-value="([\d.]+)"', shown[0]) == ["2.0", "0", "1.0", "0", "0", "0"]
    assert "87.50%" in html


# Facility, region, month, theirs, ours and cause of what a facility of compulsory treatment reports.
OCCUPIED = (
    ("Q1", "430102", date(2025, 3, 1), 31, 28, "rows_in_quarantine"),
    ("Q1", "430102", date(2025, 4, 1), 30, 30, "none"),
    ("Q2", "430200", date(2025, 3, 1), 12, 13, "late_rows"),
    ("Q2", "430200", date(2024, 3, 1), 99, 1, "unexplained"),
)


def _reconciled() -> Made:
    made = Made()
    made.cell("R3", "case", 1355)
    made.cell("R3", "case", 512, region="430100")
    made.cell("R3", "case", 256, region="430102")
    for place, (facility, region, start, theirs, ours, cause) in enumerate(OCCUPIED):
        end = date(start.year, start.month + 1, 1)
        here = ("facility_month", "rehab_facility_month", facility, region, start, end, "occupied")
        made.reconciled.append((str(place), *here, theirs, ours, theirs - ours, cause))
    signed = ("register", "commission_register", None, "430100", date(2025, 1, 1), date(2025, 4, 1), "person_current")
    made.reconciled.append(("r", *signed, 70, 64, 6, "unexplained"))
    total = ("control_total", "police_seizure", None, None, date(2025, 1, 1), date(2025, 2, 1), "net_grams")
    made.reconciled.append(("t", *total, 5, 4, 1, "unexplained"))
    return made


def _table(html: str, name: str) -> list[list[str]]:
    """Cells of the body of a table, as they are read."""
    shown = re.search(rf'<table id="{name}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", shown[1], re.DOTALL) if shown else []
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)] for row in rows]


def test_what_agencies_report_is_compared_by_cause_and_only_the_exact_report_says_by_how_much(store: Store) -> None:
    html = _html(store, _reconciled())
    # Compared, agree, not received, in quarantine, late, twice, linkage, unexplained.
    counts = [
        ["场所月报", "在所人数", "3", "1", "0", "1", "1", "0", "0", "0"],
        ["禁毒办填报", "现有吸毒人员(人)", "1", "0", "0", "0", "0", "0", "0", "1"],
    ]
    assert _table(html, "reconciliation") == counts
    assert _table(html, "differences") == []


def test_the_exact_report_lists_the_largest_differences_of_its_region_and_period(store: Store) -> None:
    html = _html(store, _reconciled(), "warehouse", region="430100")
    assert len(_table(html, "reconciliation")) == 2
    assert _table(html, "differences") == [
        ["禁毒办填报", "现有吸毒人员(人)", "长沙市", "2025-01-01", "70", "64", "6", "原因不明"],
        ["场所月报", "在所人数", "芙蓉区 Q1", "2025-03-01", "31", "28", "3", "隔离待更正"],
    ]


def test_a_value_that_is_suppressed_or_absent_is_said_in_words_and_never_shown_as_zero(store: Store) -> None:
    html = _html(store, _made())
    assert 0.0 not in {value for value, _ in _Page(html).numbers}
    assert re.search(r"数值过小或可推算出小数值.不予公布的指标.判实刑未收押", html)
    assert "尚未报送的指标" in html
    assert "≥11" in html
    assert ">83<" in html


def test_a_value_signed_for_a_quarter_is_shown_for_that_quarter_and_for_no_other_period(store: Store) -> None:
    made = _made()
    made.cell("R30", "person", 77, period="2025Q2")
    made.cell("R30", "person", status="not_submitted")
    html = _html(store, made)
    assert re.search("按季签报.见分季签报值的指标.禁毒办人员", html)
    assert re.search('data-value="77.0" title="[^"]*2025Q2', html)
    assert "禁毒办工作人员" not in html
    with open_release(store, RELEASE, "mart") as release:
        assert "77.0" not in render(release, "2025Q4", "430000", datasets(), MADE_AT)


def test_a_share_of_nothing_is_no_zero(store: Store) -> None:
    made = _made()
    made.cells = [cell for cell in made.cells if cell[0] != "R38"]
    made.cells.append(("R35", "430000", "province", "2025", "share_returned", 0, 0, None, None, None, 1, "ok"))
    made.handoffs = []
    assert "本期无统计基数的指标" in _html(store, made, "warehouse")


def test_a_restricted_figure_is_in_the_warehouse_report_alone(store: Store) -> None:
    assert "R39" not in _html(store, _made())
    made = _made()
    made.handoffs = [("order_to_reporting", "430102", date(2025, 3, 1), "overdue", "gap")] * 3
    html = _html(store, made, "warehouse")
    assert "R39" in html
    assert "内部数据版" in html
    assert re.search("交接未完成 <a[^>]*>3</a>", html)


def test_text_of_the_release_is_escaped_and_nothing_is_loaded_or_run(store: Store) -> None:
    made = _made()
    made.names["430000"] = "<script>alert(1)</script>&省"
    page = _Page(html := _html(store, made))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;省" in html
    assert not page.tags & {"script", "img", "link", "iframe", "object"}
    assert all(link.startswith("#") for link in page.links)
    assert not re.search(r"https?://|url\(|@import|src=", html)


def test_every_figure_has_a_chapter_a_basis_and_units_that_exist() -> None:
    with (SEEDS / "indicator_unit.csv").open(encoding="utf-8") as stream:
        units = {(row["indicator_id"], row["unit"]) for row in csv.DictReader(stream)}
    plan = outline()
    chapters = [chapter for part in plan.parts for chapter in part.chapters]
    figures = [figure for chapter in chapters for figure in chapter.figures]
    assert sorted(figures) == sorted({figure for figure, _ in units}) == sorted(plan.basis)
    named = {key for chapter in chapters for key in (*chapter.trend, *chapter.regions)} | set(plan.summary)
    assert named | {clause.key for chapter in chapters for clause in chapter.say} <= units
    for chapter in chapters:
        assert {clause.key[0] for clause in chapter.say} == set(chapter.figures), chapter.title
    with (SEEDS / "handoff_rule.csv").open(encoding="utf-8") as stream:
        rules = {row["rule_id"] for row in csv.DictReader(stream)}
    assert {rule for chain in plan.handoffs for rule in chain.rules} == rules


def test_a_period_or_region_that_is_not_there_is_refused_before_anything_is_written_or_pinned(
    store: Store, tmp_path: Path
) -> None:
    write(store, _made())
    ledger, out = open_ledger(), tmp_path / "report.html"
    with pytest.raises(ValueError, match=r"known are .*2025-12, .*2023-2025\. To add .*report_period\.csv"):
        issue(store, ledger, out, "2019", "430000", "mart", "clerk", MADE_AT)
    with pytest.raises(ValueError, match="region '110000' has no figures"):
        issue(store, ledger, out, "2025", "110000", "mart", "clerk", MADE_AT)
    with pytest.raises(ValueError, match="clearance 'vault'"):
        issue(store, ledger, out, "2025", "430000", "vault", "clerk", MADE_AT)
    assert not out.exists()
    assert ledger.pinned_releases() == set()


def test_a_release_a_report_cites_outlives_pruning(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, _made())
    ledger, out = open_ledger(), tmp_path / "report.html"
    assert issue(store, ledger, out, "2025", "430000", "mart", "clerk", MADE_AT) == RELEASE
    assert RELEASE in out.read_text(encoding="utf-8")
    for number in range(1, 18):
        folder = store.releases / f"later-{number:02}"
        folder.mkdir()
        write_json(folder / "manifest.json", {"published_at": f"2026-02-{number:02}", "decisions": []})
    (store.private_releases / "current").parent.mkdir(parents=True)
    publishing._point(store, "later-17")
    publishing._prune(store, ledger.pinned_releases())
    standing = {path.name for path in store.releases.iterdir() if not path.is_symlink()}
    assert standing == {RELEASE, *(f"later-{number:02}" for number in range(3, 18))}
    publishing._prune(store, ())
    assert not (store.releases / RELEASE).exists()


def test_the_warehouse_report_is_readable_by_its_owner_alone(store: Store, tmp_path: Path) -> None:
    made = _made()
    made.handoffs = []
    write(store, made, "warehouse")
    out = tmp_path / "report.html"
    issue(store, open_ledger(), out, "2025", "430100", "warehouse", "clerk", MADE_AT)
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("place", "said"), [(1, "一"), (10, "十"), (14, "十四"), (20, "二十"), (21, "二十一")])
def test_chapters_are_counted_in_chinese(place: int, said: str) -> None:
    assert ordinal(place) == said
