"""`huiliu delivery`: see, accept and replay deliveries."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.table import Table

from pipelines.cli.out import console

app = typer.Typer(no_args_is_help=True, help="See, accept and replay deliveries.")
Reason = Annotated[str, typer.Option(help="Why; kept in the ledger.", prompt=True)]


def dataset_of(delivery_id: str) -> str:
    """The dataset of a landed delivery."""
    from pipelines.contracts import load_contracts
    from pipelines.ingest.delivery import landed_deliveries
    from pipelines.steps import open_store

    store = open_store()
    for dataset in load_contracts():
        if delivery_id in landed_deliveries(store, dataset):
            return dataset
    raise ValueError(f"no delivery {delivery_id} has been landed; see `huiliu delivery list`")


def _replay(delivery_id: str, decision: str, reason: str) -> None:
    from pipelines import steps
    from pipelines.ledger import open_ledger

    if not reason.strip():
        raise ValueError("a reason is needed: --reason '…'")
    dataset = dataset_of(delivery_id)
    open_ledger().decide(dataset, delivery_id, decision, reason, getpass.getuser())
    steps.judge(dataset, [delivery_id])
    account = steps.stage(dataset, [delivery_id])[delivery_id]
    console.print(f"{dataset} {delivery_id}: {account}", markup=False)
    console.print("`huiliu run` builds a release from it.")


@app.command("list")
def list_deliveries(
    dataset: Annotated[str | None, typer.Argument(help="One dataset; default all.")] = None,
) -> None:
    """List decided deliveries with their row accounts.

    Example: huiliu delivery list police_drug_user
    """
    from pipelines.ledger import open_ledger

    table = Table("dataset", "delivery", "received", "status", "contract")
    for name in ("physical", "staged", "quarantined", "duplicate", "non-data"):
        table.add_column(name, justify="right")
    for row in open_ledger().deliveries(dataset):
        counts = (row.physical, row.staged, row.quarantined, row.duplicate, row.non_data)
        table.add_row(
            row.dataset,
            row.delivery_id,
            row.received_at,
            row.status,
            row.contract_version,
            *(f"{n:,}" for n in counts),
        )
    console.print(table)


@app.command()
def accept(delivery_id: str, reason: Reason) -> None:
    """Accept a refused delivery in spite of its findings; rows that break a rule still go to quarantine.

    Example: huiliu delivery accept police_drug_user-20251231 --reason "the agency confirmed the count"
    """
    _replay(delivery_id, "accept", reason)


@app.command()
def reprocess(delivery_id: str, reason: Reason) -> None:
    """Replay a delivery from landing, for example after its contract changed.

    Example: huiliu delivery reprocess police_drug_user-20251231 --reason "contract 1.1.0"
    """
    _replay(delivery_id, "reprocess", reason)
