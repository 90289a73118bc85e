"""What the mart hides so that nothing small can be computed: a few cells worked by hand, and an attacker of many."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from pipelines.build.build import build
from pipelines.settings import settings
from tests.homes import open_home
from tests.unit.warehouse.attacker import Period, Puzzle, Row, attack, read
from tests.unit.warehouse.inputs import Row as Record
from tests.unit.warehouse.inputs import write_inputs

# A mart is made of hand-written figures: these models are the project's own, the figures are read from a file.
SUPPRESSION = (
    "intermediate/int_region",
    "intermediate/int_region_parent",
    "intermediate/int_period_parent",
    "intermediate/int_small_count",
    "intermediate/int_suppression_cell",
    "intermediate/int_hidden_count",
    "intermediate/int_suppression_follower",
    "intermediate/int_hidden_follower",
    "intermediate/int_hidden",
    "core/dim_indicator",
    "core/dim_period",
    "mart/mart_indicator",
    "mart/mart_dim_indicator",
    "mart/mart_dim_period",
)
HUNAN = "430000"
CHANGSHA, FURONG, YUELU, KAIFU, YUHUA = "430100", "430102", "430104", "430105", "430111"
ZHANGJIAJIE = "430800"
PERSON: list[Record] = [{"person_id": "p1", "birth_date": date(1990, 1, 1)}]


def parents() -> dict[str, str]:
    """Every county and prefecture of the province, with the region it is a part of."""
    with duckdb.connect() as duck:
        codes = duck.execute(
            "select region_code from read_csv(?, all_varchar = true) "
            "where valid_to_year is null and region_code like '43%' order by 1",
            [str(settings().warehouse / "seeds" / "region.csv")],
        ).fetchall()
    return {code: HUNAN if code.endswith("00") else code[:4] + "00" for (code,) in codes if code != HUNAN}


# Figure and unit, region, period, numerator, denominator, and whether the mart hides it.
Worked = list[tuple[str, str, str, str, float, float | None, bool]]
COUNTY, OTHERS = "430802", ("430811", "430821", "430822")


def _of_counties(unit: tuple[str, str], *counted: tuple[float, bool]) -> Worked:
    """A figure of Zhangjiajie and its four counties in 2025: the prefecture is shown."""
    parts = zip((COUNTY, *OTHERS), counted, strict=True)
    cells: Worked = [(*unit, region, "2025", count, None, hidden) for region, (count, hidden) in parts]
    return [*cells, (*unit, ZHANGJIAJIE, "2025", sum(count for count, _ in counted), None, False)]


def _bridge() -> Worked:
    """Requests of four counties in four quarters, and what they come to: two blocks of small ones, one cell between."""
    table = [[6, 6, 50, 50], [6, 6, 6, 50], [50, 50, 6, 6], [50, 50, 6, 6]]
    # The county with three small ones and the first of those with two are the pivots: hidden in all quarters.
    hidden = [[True] * 4, [True] * 4, [False, False, True, True], [False, False, True, True]]
    table.append([sum(column) for column in zip(*table, strict=True)])
    hidden.append([False] * 4)
    cells: Worked = []
    for region, counts, are_hidden in zip((COUNTY, *OTHERS, ZHANGJIAJIE), table, hidden, strict=True):
        quarters = zip(counts, are_hidden, strict=True)
        cells += [
            ("R43", "event", region, f"2025Q{n}", count, None, gone) for n, (count, gone) in enumerate(quarters, 1)
        ]
        cells.append(("R43", "event", region, "2025", sum(counts), None, False))
    return cells


WORKED: dict[str, Worked] = {
    # Each line has two hidden cells, but the 6 that joins both blocks is two rows less two columns.
    "two blocks joined by one cell do not give it away": _bridge(),
    # 4 alone would be 100 less the others: 16, the next smallest, goes with it.
    "a county alone takes the smallest other along": _of_counties(
        ("R3", "case"), (50, False), (4, True), (30, False), (16, True)
    ),
    # 0 and 3 would be known to come to 3.
    "hidden counties come to no small sum": _of_counties(("R8", "case"), (0, True), (70, False), (3, True), (27, True)),
    # Changsha has a small county and is shown for 2025; Zhangjiajie has one county, which is it.
    "a prefecture of one county goes with it": [
        ("R9", "event", HUNAN, "2025", 60, None, False),
        ("R9", "event", CHANGSHA, "2025", 4, None, True),
        ("R9", "event", FURONG, "2025", 4, None, True),
        ("R9", "event", ZHANGJIAJIE, "2025", 26, None, True),
        ("R9", "event", COUNTY, "2025", 26, None, True),
        ("R9", "event", "430200", "2025", 30, None, False),
    ],
    # The year and two quarters are shown; a share goes with its denominator and not the other way round.
    "a quarter alone takes the smallest other along": [
        ("R13", "parcel", HUNAN, "2025", 90, None, False),
        *(
            ("R13", "parcel", HUNAN, f"2025Q{quarter}", count, None, hidden)
            for quarter, count, hidden in ((1, 24, False), (2, 4, True), (3, 40, False), (4, 22, True))
        ),
        ("R13", "share_traced", HUNAN, "2025", 60, 90, False),
        ("R13", "share_traced", HUNAN, "2025Q1", 20, 24, True),
        ("R13", "share_traced", HUNAN, "2025Q2", 2, 4, True),
        ("R13", "share_traced", HUNAN, "2025Q3", 26, 40, False),
        ("R13", "share_traced", HUNAN, "2025Q4", 12, 22, True),
    ],
    # Nine persons in twelve events.
    "persons and their events go together": [
        ("R4", unit, HUNAN, "2025Q1", count, None, True) for unit, count in (("person", 9), ("event", 12))
    ],
    # What the stock grows by from March to June is the second quarter, and so on: only between two hidden quarters.
    "a stock that only grows does not tell the new ones": [
        ("R17", "person", HUNAN, "2024", 100, None, False),
        *(
            ("R17", "person", HUNAN, f"2024Q{quarter}", count, None, hidden)
            for quarter, count, hidden in ((1, 40, False), (2, 6, True), (3, 14, True), (4, 40, False))
        ),
        ("R24", "person_cumulative", HUNAN, "2024", 600, None, False),
        *(
            ("R24", "person_cumulative", HUNAN, f"2024Q{quarter}", count, None, hidden)
            for quarter, count, hidden in ((1, 540, False), (2, 546, True), (3, 560, False), (4, 600, False))
        ),
    ],
}

# Counts of a year, its quarters and months in every county, drawn by chance; shares are of what is drawn.
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]
FLOWS = {
    "R7": ("person", "event"),
    "R8": ("person", "event"),
    "R18": ("person_decided", "event_decided"),
}


def _levels(drawn: dict[str, np.ndarray], over: dict[str, str]) -> dict[str, np.ndarray]:
    """Months in every county (12,) summed over the regions they are in; then appended quarters and the year (17,)."""
    summed = {HUNAN: np.zeros(12)}
    for county, months in drawn.items():
        prefecture = over[county]
        summed[county] = months
        summed[prefecture] = summed.get(prefecture, np.zeros(12)) + months
        summed[HUNAN] = summed[HUNAN] + months
    return {code: np.concatenate([one, one.reshape(4, 3).sum(axis=1), [one.sum()]]) for code, one in summed.items()}


def province() -> Worked:
    """Figures of a province drawn by chance, of which the attacker knows what is shown; what is hidden is not said."""
    chance, over = np.random.default_rng(7), parents()
    counties = [code for code in over if not code.endswith("00")]
    size = {county: chance.lognormal(1.5, 1.2) for county in counties}
    periods = [*MONTHS, *(f"2025Q{quarter}" for quarter in range(1, 5)), "2025"]
    ends = {**dict(zip(MONTHS, range(12), strict=True)), **{f"2025Q{n}": 3 * n - 1 for n in range(1, 5)}, "2025": 11}
    cells: Worked = []

    def draw(mean: float = 1.0) -> dict[str, np.ndarray]:
        return {county: chance.poisson(size[county] * mean, 12).astype(float) for county in counties}

    def part(whole: dict[str, np.ndarray], share: float) -> dict[str, np.ndarray]:
        return {county: chance.binomial(months.astype(int), share).astype(float) for county, months in whole.items()}

    def less(whole: dict[str, np.ndarray], taken: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {county: whole[county] - taken[county] for county in counties}

    def add(
        indicator: str,
        units: tuple[str, ...],
        counted: dict[str, np.ndarray],
        of: dict[str, np.ndarray] | None = None,
        *,
        on_a_day: bool = False,
    ) -> None:
        numerators, wholes = _levels(counted, over), _levels(of, over) if of else {}
        for region, values in numerators.items():
            for place, period in enumerate(periods):
                at = ends[period] if on_a_day else place
                whole = float(wholes[region][at]) if of else None
                cells.extend((indicator, unit, region, period, float(values[at]), whole, False) for unit in units)

    for indicator, units in FLOWS.items():
        add(indicator, units, indicted := draw())
        if indicator == "R7":
            decided = {county: indicted[county] + chance.poisson(1.0, 12) for county in counties}
            add("R35", ("share_not_charged",), less(decided, indicted), decided)
            add("R35", ("share_returned",), part(decided, 0.4), decided)
        if indicator == "R8":
            tried = {county: indicted[county] + chance.poisson(0.5, 12) for county in counties}
            add("R35", ("share_acquitted",), less(tried, indicted), tried)
            add("R27", ("share_recidivist",), part(indicted, 0.3), indicted)
    detected = draw(2)
    for unit, share in (("share_methamphetamine", 0.6), ("share_heroin", 0.2), ("share_ketamine", 0.05)):
        add("R25", (unit,), part(detected, share), detected)
    apart, together = draw(), draw(2)
    reported = part(apart, 0.6), part(together, 0.8)
    served = {county: apart[county] + together[county] for county in counties}
    add("R44", ("share_reported",), {county: reported[0][county] + reported[1][county] for county in counties}, served)
    add("R45", ("share_reported_separated",), reported[0], apart)
    add("R45", ("share_reported_together",), reported[1], together)
    entry, midway = draw(0.5), draw(0.5)
    add("R12", ("checkpoint_entry",), entry, on_a_day=True)
    add("R12", ("checkpoint_midway",), midway, on_a_day=True)
    add("R12", ("checkpoint",), {county: entry[county] + midway[county] for county in counties}, on_a_day=True)
    treated = draw(3)
    add("R19", ("person",), treated, on_a_day=True)
    add("R44", ("share_unreachable",), part(treated, 0.2), treated, on_a_day=True)
    add("R46", ("share_supported",), part(treated, 0.5), treated, on_a_day=True)
    return cells


def _level(region: str) -> str:
    return "province" if region == HUNAN else "prefecture" if region.endswith("00") else "county"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """The files of mart and warehouse made of the figures above."""
    home, parsed = tmp_path_factory.mktemp("suppression"), tmp_path_factory.mktemp("parsed")
    figures = home / "figures.parquet"
    cells = [cell for worked in WORKED.values() for cell in worked] + province()
    with duckdb.connect() as duck:
        duck.execute(
            "create table figure (indicator_id varchar, unit varchar, region_code varchar, region_level varchar, "
            "period_id varchar, numerator double, denominator double)"
        )
        # One statement: executing one per row takes a minute.
        columns = list(zip(*((*cell[:3], _level(cell[2]), *cell[3:6]) for cell in cells), strict=True))
        duck.execute(f"insert into figure select {', '.join('unnest(?)' for _ in columns)}", [list(c) for c in columns])
        duck.execute(
            "copy (select *, numerator / coalesce(denominator, 1) as value, value as value_low, value as value_high, "
            f"1.0 as coverage, 'ok' as status from figure) to '{figures}'"
        )
    with open_home(home / "home", parsed) as store, pytest.MonkeyPatch.context() as patch:
        project, own = home / "warehouse", settings().warehouse
        for part in ("macros", "seeds"):
            shutil.copytree(own / part, project / part)
        shutil.copy(own / "dbt_project.yml", project)
        for model in SUPPRESSION:
            (project / "models" / model).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(own / "models" / f"{model}.sql", project / "models" / f"{model}.sql")
        (project / "models" / "core" / "indicator.sql").write_text(f"select * from read_parquet('{figures}')\n")
        (project / "models" / "intermediate" / "int_seizure_cell.sql").write_text(
            "select ''::varchar as cell_region, '' as cell_period, '' as unit, 0 as cases\n"
        )
        patch.setattr(settings(), "warehouse", project)
        write_inputs(store, home / "made", {}, PERSON)
        candidate = store.candidate / build(store)
        yield candidate / "mart.duckdb", candidate / "warehouse.duckdb"


@pytest.fixture(scope="module")
def cells(release: tuple[Path, Path]) -> tuple[list[Row], list[Period]]:
    """What could be suppressed, and the periods."""
    return read(str(release[0]), str(release[1]))


def test_every_figure_with_a_threshold_says_how_it_adds_up_and_goes_with_counts_that_exist() -> None:
    with (settings().warehouse / "seeds" / "indicator_unit.csv").open(encoding="utf-8") as stream:
        units = [unit for unit in csv.DictReader(stream) if int(unit["threshold"])]
    assert {unit["over_periods"] for unit in units} == {"flow", "stock", "cumulative", "distinct"}
    groups = {unit["hidden_with"] or f"{unit['indicator_id']}.{unit['unit']}" for unit in units}
    totals = Counter(total for unit in units for total in unit["hidden_under"].split(";") if total)
    # What is no row's numerator is the denominator of several.
    assert {total for total in totals.keys() - groups if totals[total] < 2} == set()


@pytest.mark.parametrize("rule", WORKED)
def test_what_is_hidden_of_a_few_cells(cells: tuple[list[Row], list[Period]], rule: str) -> None:
    hidden = {(row.indicator_id, row.unit, row.region, row.period): not row.is_shown for row in cells[0]}
    assert {cell[:4]: hidden[cell[:4]] for cell in WORKED[rule]} == {cell[:4]: cell[6] for cell in WORKED[rule]}


@pytest.mark.parametrize("rule", WORKED)
def test_no_small_number_of_a_few_cells_is_known_to_the_unit(cells: tuple[list[Row], list[Period]], rule: str) -> None:
    keys = {cell[:4] for cell in WORKED[rule]}
    rows = [row for row in cells[0] if (row.indicator_id, row.unit, row.region, row.period) in keys]
    puzzle = Puzzle(rows, cells[1])
    assert puzzle.small
    for count in puzzle.small:
        least, most = puzzle.bounds(count)
        assert most - least >= 1


def test_an_attacker_who_knows_all_sums_computes_no_suppressed_cell_of_a_province(
    cells: tuple[list[Row], list[Period]],
) -> None:
    rows, periods = cells
    assert 0.1 < sum(row.is_shown for row in rows) / len(rows) < 0.9
    found = attack(rows, periods)
    assert (found.rows, found.small) == ([], [])


def test_the_same_attacker_computes_many_where_small_cells_alone_are_hidden(
    cells: tuple[list[Row], list[Period]],
) -> None:
    rows, periods = cells
    small = [row._replace(is_shown=_least(row) >= row.threshold) for row in rows]
    found = attack(small, periods)
    assert len(found.rows) > 100
    assert len(found.small) > 100


def _least(row: Row) -> float:
    return row.numerator if row.kind != "share" else min(row.numerator, (row.denominator or 0) - row.numerator)
