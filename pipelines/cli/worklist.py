"""`huiliu worklist`: what agencies are asked about overdue hand-offs, and their answers back."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pipelines.cli.out import console
from pipelines.cli.taking import take_in

app = typer.Typer(no_args_is_help=True, help="Work lists of overdue hand-offs per agency and month, and their answers.")
User = Annotated[str | None, typer.Option(help="Who asks, for the access log; default the user of this machine.")]


@app.command()
def make(
    release: Annotated[str | None, typer.Option(help="Release id; default the current.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only this agency, by its code, for example court.")] = None,
    month: Annotated[str | None, typer.Option(help="Only hand-offs that fell due in this month, 2025-03.")] = None,
    user: User = None,
) -> None:
    """Write one workbook per agency and month: its overdue hand-offs by document number, with columns to answer in.

    Example: huiliu worklist make --agency court --month 2025-03
    """
    from pipelines import steps
    from pipelines.contracts import load_contracts
    from pipelines.ledger import open_ledger
    from pipelines.worklist.lists import write_lists

    store, today = steps.open_store(), datetime.now().date()
    written = write_lists(store, load_contracts(), today, release_id=release, agency=agency, month=month)
    open_ledger().casework.log_access(
        user or getpass.getuser(), "worklist make", f"{len(written)} lists", "work lists of agencies"
    )
    if not written:
        raise ValueError("no hand-off of that agency and month is overdue in that release; there is nothing to ask")
    table = Table("agency", "lists", "hand-offs", "folder")
    for code in dict.fromkeys(one.agency for one in written):
        theirs = [one for one in written if one.agency == code]
        folder = theirs[0].path.parent.relative_to(store.home)
        table.add_row(code, str(len(theirs)), f"{sum(one.edges for one in theirs):,}", str(folder))
    console.print(table)
    console.print("Take a filled list with: huiliu worklist take FILE --name … --office …")


@app.command()
def take(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A filled work list.")],
    name: Annotated[str, typer.Option(help="Who answers; kept in the vault.")],
    office: Annotated[str, typer.Option(help="The office that answers.")],
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of signing; default today.")] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="Withdraw the answers in FILE given before.")] = False,
) -> None:
    """Take a filled work list as a delivery: it is judged by its contract and counts from the next release on.

    Example: huiliu worklist take 2025-03.xlsx --name 王五 --office 省高院执行局 --date 2025-04-05
    """
    from pipelines import steps
    from pipelines.contracts import contract_of
    from pipelines.ingest.signed import Signature
    from pipelines.worklist.answers import DATASET, read_list, take_list, unknown_lines

    store, contract, now = steps.open_store(), contract_of(DATASET), datetime.now()
    lines = read_list(contract, file)
    if unknown := unknown_lines(store, lines):
        console.print(
            f"{unknown} answers are about no hand-off of the current release, or their agency is no side of it: "
            "they count for nothing while that is so"
        )
    signature = Signature(name, office, (date or now).date())
    delivery_id = take_list(store, contract, lines, signature, now, take_back=take_back)
    take_in(DATASET, delivery_id, "answers")
