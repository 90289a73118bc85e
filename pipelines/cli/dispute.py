"""`huiliu dispute`: the way out for somebody who is held to be the person of a record and is not."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from pipelines.cli.out import console

if TYPE_CHECKING:
    from pipelines.dispute.trace import Trace
    from pipelines.ledger.casework import Dispute, DisputeCorrection, DisputeResolution

app = typer.Typer(no_args_is_help=True, help="Open, look into and resolve disputes about who a record is about.")
Number = Annotated[int, typer.Argument(help="Number of the dispute.")]
User = Annotated[str | None, typer.Option(help="Who does it; default the user of this machine.")]


def _print_trace(found: Trace) -> None:
    table = Table("record", "agency", "delivery", "file", "line", "register", "published in")
    for row in found.rows:
        table.add_row(
            row.record,
            row.agency,
            row.delivery_id,
            row.file_name or "",
            "" if row.line_number is None else str(row.line_number),
            "yes" if row.registers else "",
            ", ".join(row.tables),
        )
    console.print(table)
    console.print("tables with rows of the person: " + ", ".join(f"{n} ({c})" for n, c in found.tables.items()))
    console.print(f"agencies to notify of a correction: {', '.join(found.agencies)}")


@app.command("open")
def open_one(
    person_id: Annotated[str, typer.Argument(help="The person, by a present or former id (vault.person).")],
    complaint: Annotated[str, typer.Option(help="What is disputed; no name or number in it.", prompt=True)],
    user: User = None,
) -> None:
    """Open a dispute and show every row that makes the person what the release says.

    Example: huiliu dispute open pabcdefghij0123456789 --complaint "never registered, papers were stolen in 2021"
    """
    from pipelines.dispute.resolve import open_dispute
    from pipelines.steps import linkage

    number, found = open_dispute(linkage(), person_id, complaint, user or getpass.getuser())
    _print_trace(found)
    console.print(f"dispute {number} is open; `huiliu dispute resolve {number} --not-mine RECORD …` ends it")


@app.command()
def show(
    dispute: Annotated[int | None, typer.Argument(help="Number of the dispute; default a list of all.")] = None,
    user: User = None,
) -> None:
    """Show a dispute: its state, the rows of its person today, notices, hours to correct; or list all.

    Example: huiliu dispute show 3
    """
    from pipelines.dispute.resolve import find, notices_of
    from pipelines.dispute.trace import trace
    from pipelines.steps import linkage

    here = linkage()
    if dispute is None:
        _list(here.ledger.casework.disputes())
        return
    one = find(here, dispute)
    here.ledger.casework.log_access(user or getpass.getuser(), "dispute show", f"dispute {dispute}", "dispute")
    _list([one])
    _print_trace(trace(here.store, here.contracts, one[0].person_id))
    for path in notices_of(here.store, dispute):
        console.print(f"notice: {path}")


def _list(disputes: list[tuple[Dispute, DisputeResolution | None, DisputeCorrection | None]]) -> None:
    table = Table("no.", "person", "opened", "by", "complaint", "outcome", "decisions", "corrected in", "hours")
    for one, resolution, correction in disputes:
        table.add_row(
            str(one.dispute_id),
            one.person_id,
            f"{one.opened_at:%Y-%m-%d %H:%M}",
            one.opened_by,
            escape(one.complaint),
            resolution.outcome if resolution else "open",
            ", ".join(map(str, resolution.decision_ids)) if resolution else "",
            correction.release_id if correction else "",
            f"{correction.hours:.1f}" if correction else "",
        )
    console.print(table)


@app.command()
def resolve(
    dispute: Number,
    reason: Annotated[str, typer.Option(help="What was found; no name or number in it.", prompt=True)],
    not_mine: Annotated[
        list[str] | None, typer.Option(help="A record (DATASET/RECORD_KEY) that is not about the person; repeatable.")
    ] = None,
    user: User = None,
) -> None:
    """Resolve a dispute: records named are parted from the person in the next release; without any it is rejected.

    Example: huiliu dispute resolve 3 --not-mine police_drug_user/U0001 --reason "fingerprints differ"
    """
    from pipelines.dispute.resolve import resolve as resolve_one
    from pipelines.steps import linkage

    done = resolve_one(linkage(), dispute, not_mine or [], reason, user or getpass.getuser())
    console.print(f"decisions made: {done.decision_ids or 'none'}; withdrawn: {done.withdrawn_ids or 'none'}")
    for path in done.notices:
        console.print(f"notice: {path}")
    if done.decision_ids:
        console.print("`huiliu run` makes the release in which it is corrected")
