"""Geometry of the charts; the template draws them as inline SVG. Bars stand on zero, numbers stand on the bars."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report.figures import Figures
from pipelines.report.source import UnitKey
from pipelines.report.wording import Number, Shown

WIDTH, HEIGHT = 352, 132
_TOP, _FLOOR = 26, 108


@dataclass(frozen=True)
class Bar:
    """One bar, or a gap where there is no number."""

    x: float
    y: float
    width: float
    height: float
    label: str
    shown: Shown


@dataclass(frozen=True)
class Trend:
    """Bars of one figure over periods."""

    title: str
    reference: int
    bars: tuple[Bar, ...]
    floor: float = _FLOOR
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class Scaled:
    """A shown value with its share of the largest one beside it, in percent."""

    shown: Shown
    percent: float


def trend(figures: Figures, key: UnitKey) -> Trend | None:
    """The trend of a figure; nothing where no period has a number."""
    shown = [figures.shown(key, period) for period in figures.trend_periods]
    values = [one.value for one in shown if isinstance(one, Number)]
    if not values:
        return None
    slot = WIDTH / len(shown)
    scale = (_FLOOR - _TOP) / (max(values) or 1)
    bars = []
    for place, (period, one) in enumerate(zip(figures.trend_periods, shown, strict=True)):
        height = one.value * scale if isinstance(one, Number) else 0.0
        bars.append(
            Bar(
                x=round(place * slot + slot * 0.18, 1),
                y=round(_FLOOR - height, 1),
                width=round(slot * 0.64, 1),
                height=round(height, 1),
                label=period.period_id,
                shown=one,
            )
        )
    unit = figures.units[key]
    return Trend(f"{unit.name_zh}", figures.references[key], tuple(bars))


def scaled(column: list[Shown]) -> list[Scaled]:
    """A column of values, each against the largest."""
    most = max((one.value for one in column if isinstance(one, Number)), default=0.0)
    return [
        Scaled(one, round(100 * one.value / most, 1) if isinstance(one, Number) and most > 0 else 0.0) for one in column
    ]
