"""Figures of one region and period as a report shows them: numbers with their source, or words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipelines.report.chapters import Outline
from pipelines.report.source import Cell, Dataset, Period, Region, Release, UnitKey
from pipelines.report.wording import (
    SHORT_STATES,
    STATE_NAMES,
    Number,
    Shown,
    Words,
    amount,
    count,
    direction,
    full_width,
    state_of,
)

TREND_PERIODS = 8
# What a trend is drawn over: a year alone says little.
_TREND_KIND = {"month": "month", "quarter": "quarter", "year": "quarter", "three_years": "year"}
_CHILDREN = {"province": "prefecture", "prefecture": "county"}


@dataclass(frozen=True)
class FigureRow:
    """One line of a chapter's table."""

    name: str
    word: str
    now: Shown
    before: Shown | None
    way: str
    parts: tuple[Number, ...]
    span: tuple[Number, ...]
    coverage: Number | None
    reference: int
    anchor: str


@dataclass(frozen=True)
class Source:
    """One line of the appendix: where the numbers of a figure and unit come from."""

    reference: int
    anchor: str
    indicator_id: str
    unit: str
    name: str
    unit_word: str
    datasets: tuple[str, ...]
    coverage: Number | None
    status: str


class Figures:
    """Look-ups over the cells of one region and period, its children, and the periods before."""

    def __init__(self, release: Release, outline: Outline, region: Region, period: Period) -> None:
        self.release, self.outline, self.region, self.period = release, outline, region, period
        self.units = {key: replace(unit, name_zh=full_width(unit.name_zh)) for key, unit in release.units().items()}
        ordered = [indicator for part in outline.parts for chapter in part.chapters for indicator in chapter.figures]
        keys = [key for indicator in ordered for key in self.units if key[0] == indicator]
        self.references = {key: number for number, key in enumerate(keys, start=1)}
        periods = release.periods()
        earlier = [one for one in periods if one.kind == period.kind and one.end <= period.start]
        self.previous = max(earlier, key=lambda one: one.end) if earlier else None
        drawn = [one for one in periods if one.kind == _TREND_KIND[period.kind] and one.end <= period.end]
        self.trend_periods = drawn[-TREND_PERIODS:]
        self.children = self._children()
        self._rests_on = release.datasets()
        wanted = {period.period_id, *(one.period_id for one in self.trend_periods)}
        wanted |= {self.previous.period_id} if self.previous else set()
        inside = [one for one in periods if one.start >= period.start and one.end <= period.end]
        self.signed_periods = [one for one in inside if one.kind == "quarter" != period.kind][-TREND_PERIODS:]
        wanted |= {one.period_id for one in self.signed_periods}
        self._cells = release.cells([region.code, *(child.code for child in self.children)], sorted(wanted))

    def _children(self) -> list[Region]:
        level = _CHILDREN.get(self.region.level)
        known = self.release.regions()
        return [one for one in known if one.level == level and one.code.startswith(self.region.prefix)]

    def cell(self, key: UnitKey, period: Period | None = None, region: Region | None = None) -> Cell | None:
        """The cell of a figure; of this period and region unless others are named."""
        return self._cells.get((*key, (region or self.region).code, (period or self.period).period_id))

    def hint(self, key: UnitKey, cell: Cell | None, period: Period, region: Region) -> str:
        """What is said of a number where the mouse rests on it."""
        covered = f"覆盖率 {cell.coverage:.2%}" if cell and cell.coverage is not None else "无报送数据"
        return (
            f"{key[0]} {self.units[key].name_zh} {key[1]} · {region.name} {period.period_id} · "
            f"发布 {self.release.release_id} · {covered} · {STATE_NAMES[state_of(cell)]}"
        )

    def state(self, key: UnitKey, period: Period, region: Region) -> str:
        """Whether a figure has a value, and why not: a key of `STATE_NAMES`."""
        by_quarter = period == self.period and self.is_by_quarter(key, region)
        return "by_quarter" if by_quarter else state_of(self.cell(key, period, region))

    def shown(self, key: UnitKey, period: Period | None = None, region: Region | None = None) -> Shown:
        """The value of a figure as a number, or words where it has none."""
        period, region = period or self.period, region or self.region
        cell = self.cell(key, period, region)
        hint = self.hint(key, cell, period, region)
        if cell is None or cell.value is None:
            return Words(SHORT_STATES[self.state(key, period, region)], hint)
        return Number(amount(cell.value, self.units[key]), cell.value, self.anchor(key), hint)

    def is_by_quarter(self, key: UnitKey, region: Region) -> bool:
        """Whether a signed figure has no value for the period as a whole, but some for quarters in it."""
        if not self.units[key].is_signed or state_of(self.cell(key, region=region)) != "not_submitted":
            return False
        return any(state_of(self.cell(key, one, region)) == "ok" for one in self.signed_periods)

    @staticmethod
    def anchor(key: UnitKey) -> str:
        """The id of a figure's line in the appendix."""
        return f"s-{key[0]}-{key[1]}"

    def _numbers(self, key: UnitKey, values: list[float | None], *, counted: bool) -> tuple[Number, ...]:
        """Further numbers of a cell, all or none."""
        hint = self.hint(key, self.cell(key), self.period, self.region)
        unit = self.units[key]
        return tuple(
            Number(count(value) if counted else amount(value, unit), value, self.anchor(key), hint)
            for value in values
            if value is not None
        )

    def _coverage(self, key: UnitKey) -> Number | None:
        cell = self.cell(key)
        if cell is None or cell.coverage is None:
            return None
        hint = self.hint(key, cell, self.period, self.region)
        return Number(f"{cell.coverage:.2%}", cell.coverage, self.anchor(key), hint)

    def row(self, key: UnitKey) -> FigureRow:
        """The line of a figure in its chapter's table."""
        cell, unit = self.cell(key), self.units[key]
        parts = [cell.numerator, cell.denominator] if cell and unit.is_share else []
        spread = cell is not None and cell.value_low != cell.value_high
        before = self.cell(key, self.previous) if self.previous else None
        return FigureRow(
            name=unit.name_zh,
            word=self.outline.unit_word(unit.unit),
            now=self.shown(key),
            before=self.shown(key, self.previous) if self.previous else None,
            way=direction(cell.value if cell else None, before.value if before else None),
            parts=self._numbers(key, parts, counted=True),
            span=self._numbers(key, [cell.value_low, cell.value_high] if cell and spread else [], counted=False),
            coverage=self._coverage(key),
            reference=self.references[key],
            anchor=self.anchor(key),
        )

    def sources(self, indicator_id: str, datasets: dict[str, Dataset]) -> list[Source]:
        """The lines of the appendix for a figure; `datasets` says what datasets are called."""
        return [
            Source(
                reference=self.references[key],
                anchor=self.anchor(key),
                indicator_id=indicator_id,
                unit=key[1],
                name=unit.name_zh,
                unit_word="%" if unit.is_share else self.outline.unit_word(unit.unit),
                datasets=tuple(datasets[name].title for name in self._rests_on.get(key, [])),
                coverage=self._coverage(key),
                status=self.state(key, self.period, self.region),
            )
            for key, unit in self.units.items()
            if key[0] == indicator_id
        ]
