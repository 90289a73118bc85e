"""`huiliu quarantine`: see what is in quarantine and why."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pipelines.cli.delivery import dataset_of
from pipelines.cli.out import console

app = typer.Typer(no_args_is_help=True, help="See what is in quarantine and why, and return it to the agency.")
Unmask = Annotated[bool, typer.Option(help="Show the values themselves; noted in the ledger with --reason.")]
Reason = Annotated[str, typer.Option(help="Why the values must be seen; kept in the ledger.")]


@app.command("list")
def list_quarantine(
    agency: Annotated[str | None, typer.Option(help="One agency; default all.")] = None,
    dataset: Annotated[str | None, typer.Option(help="One dataset; default all.")] = None,
) -> None:
    """Count quarantined rows per agency, dataset, delivery and rule, and those still open.

    0 rows: a finding about the whole delivery. A row is open until a correction or a later delivery brings it right.

    Example: huiliu quarantine list --agency police
    """
    from pipelines.contracts import load_contracts
    from pipelines.ingest.quarantine import counts
    from pipelines.steps import open_store

    contracts = load_contracts()
    _known("agency", agency, {contract.agency for contract in contracts.values()})
    _known("dataset", dataset, set(contracts))
    chosen = [c for c in contracts.values() if agency in (None, c.agency) and dataset in (None, c.dataset)]
    table = Table("agency", "dataset", "delivery", "rule", "severity")
    for name in ("rows", "open"):
        table.add_column(name, justify="right")
    found = counts(open_store(), chosen)
    for count in found:
        words = (count.agency, count.dataset, count.delivery_id, count.rule_id, count.severity)
        table.add_row(*words, f"{count.rows:,}", f"{count.open_rows:,}")
    console.print(table if found else "Nothing is in quarantine.")


def _known(what: str, value: str | None, known: set[str]) -> None:
    if value is not None and value not in known:
        raise ValueError(f"there is no {what} {value!r}; known are {', '.join(sorted(known))}")


def _shown(value: str | None) -> str:
    """A value on one line of a terminal: what would steer the terminal is shown as a box."""
    if not value:
        return "(empty)"
    return "".join(sign if sign.isprintable() else "□" for sign in value)


def _note_unmasked(dataset: str, delivery_id: str, unmask: bool, reason: str) -> None:
    """Write down who sees values of the vault and why, before they are shown."""
    if not unmask:
        return
    if not reason.strip():
        raise ValueError("values are shown only for a reason, which is kept in the ledger: --reason '…'")
    from pipelines.ledger import open_ledger

    open_ledger().decide(dataset, delivery_id, "unmask", reason, getpass.getuser())


@app.command()
def show(
    delivery_id: Annotated[str, typer.Argument(help="A delivery of `huiliu quarantine list`.")],
    rule: Annotated[str | None, typer.Option(help="Only rows that break this rule.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many rows at most.")] = 20,
    unmask: Unmask = False,
    reason: Reason = "",
) -> None:
    """Show quarantined rows of a delivery, personal values as their shape only (9 digit, A letter, 文 character).

    Example: huiliu quarantine show police_drug_user-20251231 --rule id_no_valid
    """
    from pipelines.contracts import contract_of
    from pipelines.ingest.quarantine import masked, rows
    from pipelines.steps import open_store

    contract = contract_of(dataset_of(delivery_id))
    found = rows(open_store(), contract, delivery_id, rule)
    _note_unmasked(contract.dataset, delivery_id, unmask, reason)
    for row in found[:limit]:
        console.print(f"line {row.line_number} ({row.status}): {', '.join(row.rule_ids)}", markup=False)
        for column in contract.columns:
            value = row.text[column.header] if unmask else masked(column, row)
            console.print(f"    {column.header} {_shown(value)}", markup=False)
    console.print(f"{min(limit, len(found))} of {len(found)} rows of {contract.dataset} {delivery_id}", markup=False)


@app.command()
def explain(
    delivery_id: Annotated[str, typer.Argument(help="A delivery of `huiliu quarantine list`.")],
    line: Annotated[int, typer.Argument(help="The line of the row, as `huiliu quarantine show` gives it.")],
    unmask: Unmask = False,
    reason: Reason = "",
) -> None:
    """Explain one row: each rule it breaks in Chinese and English, the value, the contract, and what to do.

    Example: huiliu quarantine explain police_drug_user-20251231 17
    """
    from pipelines.contracts import contract_of
    from pipelines.ingest.delivery import receipt_of
    from pipelines.ingest.explanations import explanation
    from pipelines.ingest.quarantine import masked, rows
    from pipelines.steps import open_store

    store, contract = open_store(), contract_of(dataset_of(delivery_id))
    row = next((one for one in rows(store, contract, delivery_id) if one.line_number == line), None)
    if row is None:
        raise ValueError(
            f"line {line} of {delivery_id} is not in quarantine; see `huiliu quarantine show {delivery_id}`"
        )
    _note_unmasked(contract.dataset, delivery_id, unmask, reason)
    judged_by = receipt_of(store, contract.dataset, delivery_id)["contract_version"]
    console.print(
        f"{contract.dataset} {delivery_id} line {line}, {row.status}, judged by contract {judged_by}", markup=False
    )
    for rule_id in row.rule_ids:
        words = explanation(contract, rule_id)
        lines = [f"\n{rule_id} ({words.severity})", f"    {words.sentence_zh}", f"    {words.sentence_en}"]
        if words.column:
            column = contract.column(words.column)
            value = row.text[column.header] if unmask else masked(column, row)
            lines.append(f"    {column.header} = {_shown(value)}")
        lines += [f"    {words.to_do_zh}", f"    {words.to_do_en}"]
        console.print("\n".join(lines), markup=False)


@app.command("return")
def return_to_agency(
    agency: Annotated[str, typer.Option(help="The agency the files are for.")],
    out: Annotated[Path, typer.Option(help="Folder for the files; they hold personal data.")],
    period: Annotated[str | None, typer.Option(help="A year, quarter or month: 2025, 2025Q4, 2025-10.")] = None,
    dataset: Annotated[str | None, typer.Option(help="One dataset; default all of the agency.")] = None,
) -> None:
    """Write return files: the open rows of each delivery in the agency's headers, with the reason in Chinese.

    The agency corrects them and delivers them under a new id whose manifest says `correction_of`: the old one.

    Example: huiliu quarantine return --agency police --period 2025-10 --out /tmp/return
    """
    from pipelines.contracts import load_contracts
    from pipelines.ingest.returns import period_of, return_files
    from pipelines.ledger import open_ledger
    from pipelines.steps import open_store

    known = load_contracts().values()
    _known("agency", agency, {contract.agency for contract in known})
    _known("dataset", dataset, {contract.dataset for contract in known if contract.agency == agency})
    contracts = [contract for contract in known if contract.agency == agency and dataset in (None, contract.dataset)]
    interval = period_of(period) if period else None
    store = open_store()
    with open_ledger().step_run("return", f"{agency} {period or 'all'}") as run:
        files = [file for contract in contracts for file in return_files(store, contract, interval, out)]
        run.result = f"{len(files)} files, {sum(file.rows for file in files)} rows"
    for file in files:
        console.print(f"{file.path}: {file.rows:,} rows of {file.delivery_id}", markup=False)
    console.print(f"{run.result} to return to {agency}" if files else f"{agency} has nothing to correct.")
