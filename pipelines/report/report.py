"""The report of a period: read one clearance of one release, lay the figures out in chapters, write one HTML file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.conform.numerals import ordinal
from pipelines.report import charts, deliveries, handoffs, reconciled, wording
from pipelines.report.chapters import Chapter, outline
from pipelines.report.figures import FigureRow, Figures
from pipelines.report.source import Dataset, Region, Release, UnitKey

TEMPLATES = Path(__file__).parent / "template"


@dataclass(frozen=True)
class Clause:
    """A piece of a sentence with its number."""

    before: str
    number: wording.Number
    after: str
    reference: int


@dataclass(frozen=True)
class Sentences:
    """What a chapter says: pieces with numbers, and the names of figures without, by why they have none."""

    clauses: tuple[Clause, ...]
    silent: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Compared:
    """Figures of a chapter by region below."""

    heads: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Region, tuple[charts.Scaled, ...]], ...]


@dataclass(frozen=True)
class Signed:
    """Values signed for quarters of the period: figure, reference, anchor, and a value or words per quarter."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, int, str, tuple[wording.Shown, ...]], ...]


@dataclass(frozen=True)
class ChapterPage:
    """A chapter as it is drawn."""

    number: str
    title: str
    lead: str
    sentences: Sentences
    rows: tuple[FigureRow, ...]
    signed: Signed | None
    trends: tuple[charts.Trend, ...]
    compared: Compared | None


def _sentences(figures: Figures, chapter: Chapter) -> Sentences:
    clauses, silent = [], dict[str, list[str]]()
    for clause in chapter.say:
        if clause.key not in figures.units:
            continue
        shown = figures.shown(clause.key)
        if isinstance(shown, wording.Number):
            clauses.append(Clause(clause.before, shown, clause.after, figures.references[clause.key]))
        else:
            why = wording.STATES[figures.state(clause.key, figures.period, figures.region)]
            silent.setdefault(why, []).append(figures.units[clause.key].name_zh)
    return Sentences(tuple(clauses), tuple((why, tuple(names)) for why, names in silent.items()))


def _compared(figures: Figures, keys: tuple[UnitKey, ...]) -> Compared | None:
    keys = tuple(key for key in keys if key in figures.units)
    if not keys or not figures.children:
        return None
    columns = [charts.scaled([figures.shown(key, region=child) for child in figures.children]) for key in keys]
    if not any(isinstance(one.shown, wording.Number) for column in columns for one in column):
        return None
    heads = tuple((figures.units[key].name_zh, figures.references[key]) for key in keys)
    return Compared(heads, tuple(zip(figures.children, zip(*columns, strict=True), strict=True)))


def _signed(figures: Figures, keys: list[UnitKey]) -> Signed | None:
    rows = tuple(
        (
            figures.units[key].name_zh,
            figures.references[key],
            figures.anchor(key),
            tuple(figures.shown(key, quarter) for quarter in figures.signed_periods),
        )
        for key in keys
        if figures.is_by_quarter(key, figures.region)
    )
    return Signed(tuple(quarter.period_id for quarter in figures.signed_periods), rows) if rows else None


def _chapter(figures: Figures, chapter: Chapter, place: int) -> ChapterPage:
    keys = [key for indicator in chapter.figures for key in figures.units if key[0] == indicator]
    drawn = [charts.trend(figures, key) for key in chapter.trend if key in figures.units]
    return ChapterPage(
        number=ordinal(place),
        title=chapter.title,
        lead=chapter.lead,
        sentences=_sentences(figures, chapter),
        rows=tuple(figures.row(key) for key in keys),
        signed=_signed(figures, keys),
        trends=tuple(one for one in drawn if one),
        compared=_compared(figures, chapter.regions),
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(release: Release, period_id: str, region_code: str, datasets: dict[str, Dataset], made_at: datetime) -> str:
    """The report as HTML. `datasets` says what they are called.

    Raises ValueError for a period or region the release does not have.
    """
    plan = outline()
    period, region = release.period(period_id), release.region(region_code)
    figures = Figures(release, plan, region, period)
    places = iter(range(1, 100))
    parts = [
        (part.title, [_chapter(figures, chapter, next(places)) for chapter in part.chapters]) for part in plan.parts
    ]
    indicators = list(dict.fromkeys(key[0] for key in figures.references))
    page = _environment().get_template("report.html.j2")
    return page.render(
        title=f"{region.name}禁毒工作情况报告",
        period_name=wording.period_name(period),
        region=region,
        period=period,
        previous=figures.previous,
        previous_name=wording.period_name(figures.previous) if figures.previous else "",
        release=release,
        clearance_name=wording.CLEARANCES[release.clearance],
        as_of=wording.day_name(release.as_of.date()),
        made_on=wording.day_name(made_at.date()),
        summary=[figures.row(key) for key in plan.summary if key in figures.units],
        parts=parts,
        handoff_number=ordinal(next(places)),
        chains=handoffs.chains(release, plan.handoffs, region, period),
        handoff_states=wording.HANDOFF_STATES,
        handoff_regions=handoffs.by_region(release, figures.children, period),
        quality_number=ordinal(next(places)),
        datasets=deliveries.by_dataset(release, period, datasets),
        totals=deliveries.totals(release, period, datasets),
        compared_totals=reconciled.compared(release, period, datasets),
        differences=reconciled.largest(release, region, period, datasets),
        difference_causes=wording.DIFFERENCES,
        basis=plan.basis,
        sources=[(indicator, figures.sources(indicator, datasets)) for indicator in indicators],
        states=wording.STATE_NAMES,
    )
