"""`huiliu sql`: an analyst's query in a locked session."""

from __future__ import annotations

import duckdb
from rich.table import Table

from pipelines.cli.out import console
from pipelines.steps import open_store

CLEARANCES = ("warehouse", "mart", "health")
MOST_ROWS = 200


def run_query(query: str, clearance: str) -> None:
    """Print up to 200 rows. What somebody may not see is not in the file they open; the session is locked too."""
    if clearance not in CLEARANCES:
        raise ValueError(f"clearance {clearance!r}; use one of {', '.join(CLEARANCES)}")
    path = open_store().releases / "current" / f"{clearance}.duckdb"
    if not path.exists():
        raise FileNotFoundError("there is no release yet; run `huiliu run`")
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "lock_configuration": True,
    }
    with duckdb.connect(str(path), read_only=True, config=config) as session:
        result = session.execute(query)
        names = [column[0] for column in result.description or []]
        rows = result.fetchmany(MOST_ROWS + 1)
    table = Table(*names)
    for row in rows[:MOST_ROWS]:
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(f"only the first {MOST_ROWS} rows are shown; add a limit or aggregate")
