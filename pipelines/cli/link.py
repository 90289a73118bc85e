"""`huiliu link`: decisions of clerks about who is who, and training of the model."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from pipelines.cli.out import console

app = typer.Typer(no_args_is_help=True, help="Decide who is who, undo it, train the linkage model.")
Reason = Annotated[str, typer.Option(help="Why; kept in the ledger, so no name or number in it.", prompt=True)]
User = Annotated[str | None, typer.Option(help="Who decides; default the user of this machine.")]


@app.command()
def decide(
    kind: Annotated[
        str,
        typer.Argument(help="must, cannot, detach (the record is not about whom it names), case_must or case_cannot."),
    ],
    left: Annotated[str, typer.Argument(help="A record: DATASET/RECORD_KEY.")],
    right: Annotated[str | None, typer.Argument(help="The other record; none for detach.")] = None,
    *,
    reason: Reason,
    user: User = None,
) -> None:
    """Decide that two records are one person (must), one case (case_must), or are not; the next run takes it up.

    Example: huiliu link decide cannot police_drug_user/U0001 court_judgment/K7 --reason "two people, file 12"
    """
    from pipelines.link.clerk import decide as append
    from pipelines.steps import linkage

    number = append(linkage(), kind, left, right, reason, user or getpass.getuser())
    console.print(f"decision {number} recorded; `huiliu run` takes it up, `huiliu link undo {number}` takes it back")


@app.command()
def undo(
    decision: Annotated[int, typer.Argument(help="Number of the decision.")],
    *,
    reason: Reason,
    user: User = None,
) -> None:
    """Withdraw a decision: the next run gives exactly what there was without it.

    Example: huiliu link undo 7 --reason "decided about the wrong record"
    """
    from pipelines.link.clerk import undo as withdraw
    from pipelines.steps import linkage

    withdraw(linkage(), decision, reason, user or getpass.getuser())
    console.print(f"decision {decision} withdrawn; `huiliu run` takes it up")


@app.command()
def decisions(
    withdrawn: Annotated[bool, typer.Option("--all", help="Those withdrawn as well.")] = False,
) -> None:
    """List decisions with user, time and reason.

    Example: huiliu link decisions --all
    """
    from pipelines.ledger import open_ledger

    table = Table("no.", "kind")
    for name in ("left", "right", "by", "at", "reason", "withdrawn"):
        table.add_column(name, overflow="fold")
    for row, taken_back in open_ledger().link_decisions():
        if taken_back and not withdrawn:
            continue
        table.add_row(
            str(row.decision_id),
            row.kind,
            f"{row.left_dataset}/{row.left_record_key}",
            f"{row.right_dataset}/{row.right_record_key}" if row.right_dataset else "",
            row.decided_by,
            f"{row.decided_at:%Y-%m-%d %H:%M}",
            escape(row.reason),
            f"{taken_back.withdrawn_at:%Y-%m-%d %H:%M} {escape(taken_back.reason)}" if taken_back else "",
        )
    console.print(table)


@app.command()
def train(
    version: Annotated[str, typer.Argument(help="Name of the new model version; a frozen one is never changed.")],
    out: Annotated[Path, typer.Option(help="Folder to write it under; review it before you use it.")],
    seed: Annotated[int, typer.Option(help="Seed of the sampling.")] = 1,
) -> None:
    """Train a linkage model on the current records, on purpose; the pipeline keeps using the frozen one.

    Example: huiliu link train v2 --out /tmp/models
    """
    from pipelines.contracts import load_contracts
    from pipelines.link.train import train as train_model
    from pipelines.steps import open_store

    folder = train_model(open_store(), load_contracts(), version, date.today(), seed, out)
    console.print(f"model written to {folder}; to use it, put it under pipelines/link/model and name it in spec.py")
