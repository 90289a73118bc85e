"""What a run came to: row accounts, figures, the release, where to look next."""

from __future__ import annotations

from collections import defaultdict

import duckdb
from rich.table import Table

from pipelines.cli.out import console
from pipelines.ledger import open_ledger
from pipelines.settings import settings
from pipelines.store import Store, read_json

_COUNTS = ("physical", "staged", "quarantined", "duplicate", "non_data")


def print_accounts() -> None:
    """One line per dataset: deliveries and rows; then each delivery that was not simply accepted."""
    table = Table("dataset", title="Row accounts: physical = staged + quarantined + duplicate + non-data")
    for name in ("deliveries", "refused", *_COUNTS):
        table.add_column(name, justify="right")
    deliveries = open_ledger().deliveries()
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for delivery in deliveries:
        sums[delivery.dataset]["deliveries"] += 1
        sums[delivery.dataset]["refused"] += delivery.status == "rejected"
        for name in _COUNTS:
            sums[delivery.dataset][name] += getattr(delivery, name)
    for dataset, counts in sums.items():
        table.add_row(dataset, *(f"{counts[name]:,}" for name in ("deliveries", "refused", *_COUNTS)))
    console.print(table if deliveries else "No delivery yet: put exports into the drop folder and run again.")
    for delivery in deliveries:
        for finding in delivery.findings:
            mark = {"critical": "refused", "warning": "warning"}.get(finding["severity"], "note")
            console.print(f"{mark}: {finding['sentence']}", markup=False)


def print_figures(store: Store, period: str, region: str | None) -> None:
    """The figures of a period and region from the published mart."""
    path = store.releases / "current" / "mart.duckdb"
    if not path.exists():
        raise FileNotFoundError("there is no release yet; run `huiliu run`")
    with duckdb.connect(str(path), read_only=True) as mart:
        if not mart.execute("select 1 from mart.dim_period where period_id = ?", [period]).fetchone():
            raise ValueError(f"period {period} is not in mart.dim_period; add it to seed report_period")
        rows = mart.execute(
            "select indicator_id, unit, numerator, denominator, value, coverage, status from mart.indicator "
            "where period_id = ? and region_code = ? order by cast(indicator_id[2:] as integer), unit",
            [period, region or settings().province],
        ).fetchall()
    table = Table("figure", "unit", title=f"Figures {period}, region {region or settings().province}")
    for name in ("numerator", "denominator", "value", "coverage", "status"):
        table.add_column(name, justify="right")
    for figure, unit, *numbers, coverage, state in rows:
        shown = ["" if number is None else f"{number:,.6g}" if number < 1 else f"{number:,.2f}" for number in numbers]
        table.add_row(figure, unit, *shown, "" if coverage is None else f"{coverage:.2%}", state)
    console.print(table)


def print_release(store: Store) -> None:
    """The current release in one line."""
    manifest = read_json(store.releases / "current" / "manifest.json")
    if manifest:
        console.print(f"Current release {manifest['release_id']} in {store.releases / 'current'}")
    else:
        console.print("No release yet.")


def print_next(store: Store) -> None:
    """Where to look next."""
    console.print(
        f'Next: huiliu sql "select * from core.indicator limit 5" · mart for dashboards: '
        f"{store.releases / 'current' / 'mart.duckdb'} · quality reports: {store.releases / 'current' / 'quality'} · "
        "make airflow opens the UI",
        markup=False,
    )


def print_summary(store: Store) -> None:
    """All of the above, as printed at the end of a batch run."""
    print_accounts()
    print_figures(store, "2025", None)
    print_release(store)
    print_next(store)
