"""`huiliu submit`: values an office signs for, as a form and back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.out import console
from pipelines.cli.taking import take_in

app = typer.Typer(no_args_is_help=True, help="Signed values of anti-drug offices: write the form, hand it in filled.")


@app.command()
def form(
    region: Annotated[str, typer.Option(help="GB/T 2260 code of the region the values are about.")],
    period: Annotated[str, typer.Option(help="2024, 2024Q2 or 2024-05.")],
    out: Annotated[Path, typer.Option(help="The workbook to write.")],
) -> None:
    """Write an empty form with one line per item; a line left empty is not submitted and never counts as zero.

    Example: huiliu submit form --region 430100 --period 2024Q2 --out form.xlsx
    """
    from pipelines.codes import code_tables
    from pipelines.contracts import contract_of
    from pipelines.ingest.submissions import DATASET, write_form

    if not code_tables().regions.existed(region):
        raise ValueError(f"there is no region {region!r}; give a code of the seed region, such as 430100")
    count = write_form(contract_of(DATASET), region, period, out)
    console.print(f"{out}: {count} items; fill in 数值, then: huiliu submit take {out} --name … --office …")


@app.command()
def take(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A filled form.")],
    name: Annotated[str, typer.Option(help="Who answers for the values; kept in the vault.")],
    office: Annotated[str, typer.Option(help="The office that signs.")],
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of signing; default today.")] = None,
) -> None:
    """Take a filled form as a delivery: it is judged by its contract and counts from the next release on.

    Example: huiliu submit take form.xlsx --name 王五 --office 市禁毒办 --date 2024-07-05
    """
    from pipelines import steps
    from pipelines.contracts import contract_of
    from pipelines.ingest.signed import Signature
    from pipelines.ingest.submissions import DATASET, submit

    now = datetime.now()
    signature = Signature(name, office, (date or now).date())
    delivery_id = submit(steps.open_store(), contract_of(DATASET), file, signature, now)
    take_in(DATASET, delivery_id, "values")
