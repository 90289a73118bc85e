"""`huiliu report` and what `huiliu explain figure` prints."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path

from rich.table import Table

from pipelines.cli.out import console
from pipelines.ledger import open_ledger
from pipelines.report.explain import FigureFacts, explain_figure
from pipelines.report.issue import current_release, issue
from pipelines.report.source import open_release
from pipelines.settings import settings
from pipelines.steps import open_store


def write_report(period: str, out: Path, clearance: str, region: str | None) -> None:
    """Write the report and say which release it cites."""
    user, place = getpass.getuser(), region or settings().province
    cited = issue(open_store(), open_ledger(), out, period, place, clearance, user, datetime.now())
    console.print(f"wrote {out}; it cites release {cited}, which is pinned and stays")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.6g}"


def _print_cells(facts: FigureFacts) -> None:
    table = Table("unit", "名称", title=f"{facts.indicator_id} in release {facts.release_id}")
    for name in ("numerator", "denominator", "value", "low", "high", "coverage", "status"):
        table.add_column(name, justify="right")
    for cell in facts.cells:
        numbers = (cell.numerator, cell.denominator, cell.value, cell.value_low, cell.value_high)
        covered = "" if cell.coverage is None else f"{cell.coverage:.2%}"
        table.add_row(cell.unit, facts.names[cell.unit], *map(_number, numbers), covered, cell.status)
    console.print(table)


def _print_deliveries(facts: FigureFacts, flagged: str) -> None:
    table = Table("dataset", "delivery", "status", "in time", title="deliveries it rests on")
    for name in ("staged", flagged):
        table.add_column(name, justify="right")
    for one in facts.deliveries:
        in_time = {True: "yes", False: "late", None: ""}[one.on_time]
        share = "" if one.staged_share is None else f"{one.staged_share:.2%}"
        table.add_row(one.dataset, one.delivery_id, one.status, in_time, share, f"{one.flagged:,}")
    console.print(table)


def _print_parts(facts: FigureFacts, rows: int) -> None:
    """The rows of each part of the figure: how many, what they come to, and the first `rows`."""
    for one in facts.parts or []:
        console.print(
            f"{one.unit}, {one.part}: {one.number:,} rows, {one.rule} {_number(one.amount)}; "
            f"the first {min(rows, one.number):,}:",
            markup=False,
        )
        for row in one.rows:
            place = row.origin or (f"source row {row.source_row_token}" if row.source_row_token else "kept back")
            console.print(f"- {place}{f' counts {row.counted}' if row.counted else ''}", markup=False)


def print_figure(figure: str, region: str | None, period: str, clearance: str, rows: int, purpose: str | None) -> None:
    """Print what a figure rests on; that its rows were looked at is logged, with the purpose of opening the vault.

    Raises ValueError where the vault is to be opened from a clearance that shows no rows.
    """
    if purpose is not None and clearance != "warehouse":
        raise ValueError(f"--resolve says where rows lie and clearance {clearance} shows none; use warehouse")
    store, place = open_store(), region or settings().province
    if clearance == "warehouse":
        subject = f"{figure.upper()} {place} {period}"
        open_ledger().casework.log_access(getpass.getuser(), "explain figure", subject, purpose or "explain")
    with open_release(store, current_release(store), clearance) as release:
        facts = explain_figure(release, figure.upper(), place, period, rows, resolved=purpose is not None)
    console.print(f"definition ({', '.join(facts.names.values())}):\n{facts.header}\n{facts.basis}\n", markup=False)
    console.print(
        f"query of the figure, as release {facts.release_id} was built with it:\n{facts.query}\n", markup=False
    )
    console.print(f"query of its cells in clearance {clearance}:\n{facts.cells_query}\n", markup=False)
    _print_cells(facts)
    _print_deliveries(facts, "quarantined" if clearance == "warehouse" else "findings")
    if facts.parts is None:
        console.print("rows are behind clearance warehouse: add --clearance warehouse")
    elif not facts.parts:
        console.print("no row makes it")
    _print_parts(facts, rows)
