"""`huiliu explain`: why two records are one person or not, what a person or a figure rests on. Shows no name."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.table import Table

from pipelines.cli.out import console

app = typer.Typer(no_args_is_help=True, help="Say in words why records are one person, or what a figure rests on.")
Record = Annotated[str, typer.Argument(help="A record: DATASET/RECORD_KEY.")]


@app.command()
def link(left: Record, right: Record) -> None:
    """Compare two records: each comparison, its weight, and the rule or decision that settled it.

    Example: huiliu explain link police_drug_user/U0001 court_judgment/K7
    """
    from pipelines.link.explain import explain_link
    from pipelines.steps import linkage

    here = linkage()
    found = explain_link(here, left, right)
    here.ledger.casework.log_access(getpass.getuser(), "explain link", f"{left} {right}", "explain")
    table = Table("comparison", "level")
    table.add_column("weight (bits)", justify="right")
    for part in found.compared:
        table.add_row(part.field, part.level, "" if part.weight is None else f"{part.weight:+.2f}")
    table.add_row("together, with the prior", "", f"{found.weight:+.2f}")
    console.print(table)
    console.print("one person:" if found.same else "not held to be one person:")
    for said in found.settled or ["nothing points at one person"]:
        console.print(f"- {said}", markup=False)


def _print_succession(asked: str, found: list[str]) -> None:
    """Where a former id leads; nothing for a present one."""
    if found != [asked]:
        console.print(f"{asked} leads to {', '.join(found)} today")


@app.command()
def person(
    person_id: Annotated[str, typer.Argument(help="A present or former id of vault.person.")],
) -> None:
    """Show what a person rests on: records, documents, why they are together, decisions, sources, history.

    Example: huiliu explain person pabcdefghij0123456789
    """
    from pipelines.link.explain import RULES, explain_person
    from pipelines.publish.history import person_history
    from pipelines.steps import linkage

    here = linkage()
    found = explain_person(here, person_id)
    here.ledger.casework.log_access(getpass.getuser(), "explain person", person_id, "explain")
    _print_succession(person_id, [one.person_id for one in found])
    for one in found:
        table = Table("record", "says the same as", "documents", title=one.person_id)
        for row in one.records.itertuples(index=False):
            table.add_row(f"{row.dataset}/{row.record_key}", row.profile_id, str(row.documents or ""))
        console.print(table)
        for rule, count in one.rules.items():
            console.print(f"- {count} × {RULES[rule]}", markup=False)
        for decision in one.decisions:
            console.print(f"- decision {decision.decision_id} of a clerk: {decision.kind}")
        for field, token in one.golden.items():
            console.print(f"- {field.removesuffix('_source')} comes from source row {token}")
    for event in person_history(here.store, [person_id, *(one.person_id for one in found)]):
        console.print(f"- {event}", markup=False)


@app.command()
def case(
    case_id: Annotated[str, typer.Argument(help="A present or former case id of vault.mention.")],
) -> None:
    """Show what a case rests on: its records, the documents they name, what joined them, doubts, history.

    Example: huiliu explain case cabcdefghij0123456789
    """
    from pipelines.link.explain_case import explain_case
    from pipelines.publish.history import case_history
    from pipelines.steps import linkage

    here = linkage()
    found = explain_case(here.store, case_id)
    here.ledger.casework.log_access(getpass.getuser(), "explain case", case_id, "explain")
    _print_succession(case_id, [one.case_id for one in found])
    for one in found:
        table = Table("record", "documents", title=one.case_id)
        for row in one.records.itertuples(index=False):
            table.add_row(f"{row.dataset}/{row.record_key}", row.documents)
        console.print(table)
        for said in one.joined:
            console.print(f"- {said}", markup=False)
        for said in one.doubts:
            console.print(f"- in doubt: {said}", markup=False)
    for event in case_history(here.store, [case_id, *(one.case_id for one in found)]):
        console.print(f"- {event}", markup=False)


@app.command()
def figure(
    indicator: Annotated[str, typer.Argument(help="A figure, for example R44.")],
    period: Annotated[str, typer.Option(help="A period of mart.dim_period, for example 2025 or 2025Q4.")] = "2025",
    region: Annotated[str | None, typer.Option(help="A region code; default the province.")] = None,
    clearance: Annotated[str, typer.Option(help="mart, or warehouse for exact values and rows.")] = "mart",
    rows: Annotated[int, typer.Option(min=0, help="How many rows of each numerator and denominator to list.")] = 20,
    resolve: Annotated[
        str | None,
        typer.Option(help="Open the vault: say which record, file and line a row is, for this purpose; it is logged."),
    ] = None,
) -> None:
    """Show what a figure rests on: definition, query, release, deliveries, values, and with clearance its rows.

    Example: huiliu explain figure R44 --region 430100 --period 2025 --clearance warehouse
    """
    from pipelines.cli.report import print_figure

    print_figure(indicator, region, period, clearance, rows, resolve)
