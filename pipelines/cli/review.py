"""`huiliu review`: the queue of doubts about who is who, and which records are one case."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from pipelines.cli.out import console

app = typer.Typer(no_args_is_help=True, help="Look at doubts about who is who and what is one case, decide them.")
User = Annotated[str | None, typer.Option(help="The clerk; default the user of this machine.")]
Unmasked = Annotated[str | None, typer.Option(help="Show values unmasked, for this purpose; it is logged.")]
Second = Annotated[bool, typer.Option(help="Pairs another clerk has answered, read again to measure agreement.")]


@app.command("next")
def next_pair(count: int = 1, second: Second = False, unmasked: Unmasked = None, user: User = None) -> None:
    """Show the pair whose decision matters most, masked.

    Example: huiliu review next --count 3
    """
    from pipelines.review.answer import second_readings
    from pipelines.review.queue import queue
    from pipelines.review.view import FIELDS, comparisons, values
    from pipelines.steps import linkage

    here, clerk = linkage(), user or getpass.getuser()
    waiting = second_readings(here, clerk) if second else queue(here)
    for pair in waiting[:count]:
        here.ledger.casework.log_access(clerk, "review next", pair.pair_id, unmasked or "masked")
        title = f"{pair.pair_id} · {pair.kind} · {pair.rows} rows · figures {' '.join(pair.figures) or 'none'}"
        table = Table("", pair.left_record, pair.right_record, title=title)
        left, right = (values(here, one, unmasked=bool(unmasked)) for one in (pair.left_record, pair.right_record))
        for field in FIELDS:
            table.add_row(field, left[field], right[field])
        console.print(table)
        for part in comparisons(here, pair):
            weight = "" if part.weight is None else f" ({part.weight:+.1f})"
            console.print(f"- {part.field}: {part.level}{weight}", markup=False)
    console.print(f"{len(waiting)} pairs wait; `huiliu review decide PAIR same|different|unsure --reason …`")


@app.command()
def decide(
    pair: Annotated[str, typer.Argument(help="The pair, as `review next` names it.")],
    said: Annotated[str, typer.Argument(help="same, different or unsure.")],
    reason: Annotated[str, typer.Option(help="Why; no name or number in it.", prompt=True)],
    user: User = None,
) -> None:
    """Answer a pair; `same` and `different` become decisions the next run takes up.

    Pairs that begin with q ask whether two records are one person, those with k whether they are one case.

    Example: huiliu review decide q0123456789ab different --reason "two birth places in the files"
    """
    from pipelines.review.answer import answer
    from pipelines.steps import linkage

    number = answer(linkage(), pair, said, reason, user or getpass.getuser())
    console.print(f"answer noted{f', decision {number}' if number else ''}")


@app.command("export")
def export_pairs(
    out: Annotated[Path, typer.Argument(help="The workbook to write (.xlsx).")],
    count: Annotated[int, typer.Option(min=1, help="At most so many pairs, those that matter most.")] = 200,
    second: Second = False,
    unmasked: Unmasked = None,
    user: User = None,
) -> None:
    """Write pairs into a workbook for clerks without the system, masked unless a purpose is given.

    Example: huiliu review export queue.xlsx --count 50
    """
    from pipelines.review.answer import second_readings
    from pipelines.review.queue import queue
    from pipelines.review.workbook import write_workbook
    from pipelines.steps import linkage

    here, clerk = linkage(), user or getpass.getuser()
    pairs = (second_readings(here, clerk) if second else queue(here))[:count]
    here.ledger.casework.log_access(clerk, "review export", f"{len(pairs)} pairs", unmasked or "masked")
    write_workbook(here, pairs, out, unmasked=bool(unmasked))
    console.print(f"{len(pairs)} pairs in {out}; `huiliu review import {out}` takes the answers")


@app.command("import")
def import_answers(
    path: Annotated[Path, typer.Argument(help="The workbook with answers.", exists=True, dir_okay=False)],
    user: User = None,
) -> None:
    """Take the answers of a workbook; taking it twice changes nothing.

    Example: huiliu review import queue.xlsx --user li
    """
    from pipelines.review.workbook import import_workbook
    from pipelines.steps import linkage

    counts = import_workbook(linkage(), path, user or getpass.getuser())
    console.print(", ".join(f"{count} answers {name}" for name, count in counts.items()))


@app.command()
def agreement() -> None:
    """Show how far two clerks who read the same pair agree (share and Cohen's kappa).

    Example: huiliu review agreement
    """
    from pipelines.review.answer import agreement as figures
    from pipelines.steps import linkage

    for name, value in figures(linkage()).items():
        console.print(f"{name:12} {value:>10,.3f}" if isinstance(value, float) else f"{name:12} {value:>10,}")


@app.command()
def log() -> None:
    """Show who looked at or decided about persons, when and why.

    Example: huiliu review log
    """
    from pipelines.ledger import open_ledger

    table = Table("at", "user", "action", "subject", "purpose")
    for row in open_ledger().casework.accesses():
        table.add_row(
            f"{row.accessed_at:%Y-%m-%d %H:%M:%S}", row.user_name, row.action, row.subject, escape(row.purpose)
        )
    console.print(table)
