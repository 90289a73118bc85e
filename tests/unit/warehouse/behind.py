"""Figures counted once more from the rows behind them."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import duckdb

from pipelines.report.rows import Part, open_rows

# Kinds of units whose denominator is counted; that of the others is a scale.
_OF_A_WHOLE = ("share", "ratio", "median", "maximum", "submitted_share")
_CELL = """
    select indicator_id, unit, kind, numerator, denominator
    from core.indicator join core.dim_indicator using (indicator_id, unit)
    where region_code = ? and period_id = ? and status = 'ok'
"""
Wrong = tuple[str, str, str, str, str, float | None, float | None]
"""Figure, region, period, unit and part; what the release says, and what its rows come to."""


def counted(part: Part) -> float | None:
    """What the rows of a part come to, one by one."""
    if part.rule in ("rows", "values"):
        return len(part.rows)
    values = [row.counted for row in part.rows if row.counted is not None]
    assert len(values) == len(part.rows)
    if part.rule == "distinct":
        return len(set(values))
    numbers = [float(value) for value in values]
    if part.rule == "signed":
        (value,) = numbers
        return value
    return {"sum": sum, "median": median, "maximum": max}[part.rule](numbers)


def walk(release: Path, vault: Path, places: list[tuple[str, str]]) -> tuple[list[Wrong], set[str]]:
    """What all 47 figures of these regions and periods say beside their rows, where the two differ; and the figures
    that had rows at all."""
    wrong: list[Wrong] = []
    with_rows: set[str] = set()
    with duckdb.connect(str(release / "warehouse.duckdb"), read_only=True) as warehouse:
        said = {place: warehouse.execute(_CELL, place).fetchall() for place in places}
    with open_rows(release, vault) as behind:
        for region, period in places:
            found: dict[tuple[str, str, str], float | None] = {}
            for figure in (f"R{number}" for number in range(1, 48)):
                for part in behind.of(figure, region, period, resolved=True, most=None):
                    assert part.number == len(part.rows)
                    found[figure, part.unit, part.part] = value = counted(part)
                    assert value is not None and abs(part.amount - value) <= 1e-6 * abs(value)
                    with_rows.add(figure)
            for figure, unit, kind, numerator, denominator in said[region, period]:
                whole = [("denominator", denominator)] if kind in _OF_A_WHOLE else []
                for name, figures_own in [("numerator", numerator), *whole]:
                    # A count of nothing is 0; a median or a signed value of nothing is none.
                    listed = found.pop((figure, unit, name), None if figures_own is None else 0)
                    if listed != figures_own and abs((listed or 0) - (figures_own or 0)) > 1e-9 * abs(figures_own or 0):
                        wrong.append((figure, region, period, unit, name, figures_own, listed))
            wrong += [(key[0], region, period, key[1], key[2], None, value) for key, value in found.items()]
    return wrong, with_rows
