"""The time the simulated lives span, and the periods figures are counted over."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

START = date(2023, 1, 1)
# The last day the agencies know about.
END = date(2025, 12, 31)


@dataclass(frozen=True)
class Period:
    """A period [start, end) of the reports."""

    period_id: str
    start: date
    end: date


@cache
def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th."""
    return months_later(day, 12 * years)


def completed_years(birth: date, day: date) -> int:
    """Age in completed years; who was born on 29 February completes a year on 1 March of other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _periods() -> tuple[Period, ...]:
    months = [Period(f"2025-{m:02d}", date(2025, m, 1), months_later(date(2025, m, 1), 1)) for m in range(1, 13)]
    quarters = [
        Period(f"{year}Q{quarter}", start, months_later(start, 3))
        for year in (2023, 2024, 2025)
        for quarter, start in enumerate((date(year, 1, 1), date(year, 4, 1), date(year, 7, 1), date(year, 10, 1)), 1)
    ]
    years = [Period(str(year), date(year, 1, 1), date(year + 1, 1, 1)) for year in (2023, 2024, 2025)]
    return (*months, *quarters, *years, Period("2023-2025", START, date(2026, 1, 1)))


# The months of the last year, the quarters and years since 2023, and the three years as a whole.
PERIODS = _periods()


def periods_of(day: date) -> list[Period]:
    """The periods a day lies in."""
    return _PERIODS_OF_DAY.get(day, [])


_PERIODS_OF_DAY = {
    day: [period for period in PERIODS if period.start <= day < period.end]
    for day in (START + timedelta(days=offset) for offset in range((END - START).days + 1))
}
