"""Commands. Each is thin: it reads its arguments, calls a step, prints what came of it."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import progress
from pipelines.cli.delivery import app as delivery_app
from pipelines.cli.dispute import app as dispute_app
from pipelines.cli.explain import app as explain_app
from pipelines.cli.link import app as link_app
from pipelines.cli.out import console
from pipelines.cli.quarantine import app as quarantine_app
from pipelines.cli.review import app as review_app
from pipelines.cli.submit import app as submit_app
from pipelines.cli.worklist import app as worklist_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Huiliu 汇流: agencies' exports to one traceable warehouse.",
    rich_markup_mode=None,
)
app.add_typer(delivery_app, name="delivery")
app.add_typer(link_app, name="link")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(dispute_app, name="dispute")
app.add_typer(explain_app, name="explain")
app.add_typer(review_app, name="review")
app.add_typer(submit_app, name="submit")
app.add_typer(worklist_app, name="worklist")


class Defects(StrEnum):
    """How spoilt the simulated exports are."""

    none = "none"
    default = "default"
    hard = "hard"


@app.command()
def simulate(
    people: Annotated[int, typer.Option(min=10, help="Number of people in the province.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder for exports/ and truth/.")] = Path("province"),
    defects: Annotated[Defects, typer.Option(help="How spoilt the exports are.")] = Defects.default,
) -> None:
    """Make a synthetic province: the agencies' exports and the truth about the lives behind them.

    Example: huiliu simulate --people 2000 --seed 1 --out /tmp/province
    """
    from pipelines.province.simulate import simulate as make

    with progress.bar("simulate") as report:
        rows = make(out, people, seed, defects.value, report)
    for dataset, count in rows.items():
        console.print(f"{dataset:28} {count:>10,} rows")
    console.print(f"exports in {out / 'exports'}, truth in {out / 'truth'}")


@app.command()
def run(
    exports: Annotated[Path | None, typer.Option(help="Drop folder; default HOME/exports.")] = None,
    rebuild: Annotated[bool, typer.Option(help="Throw away all that follows landing and make it again.")] = False,
) -> None:
    """Walk every step in this process: land, judge, stage, resolve, link, build, check, publish.

    Example: huiliu run --exports /tmp/province/exports
    """
    from pipelines.cli.run import run_all

    run_all(exports, rebuild=rebuild)


@app.command()
def batch(
    exports: Annotated[Path | None, typer.Option(help="Drop folder; default HOME/exports.")] = None,
    minutes: Annotated[float, typer.Option(min=1, help="Give up after so many minutes.")] = 120,
    dataset: Annotated[list[str] | None, typer.Option(help="Ingest this dataset only; may be repeated.")] = None,
) -> None:
    """Run the DAGs through an Airflow of their own: every ingest, then integrate once; then stop Airflow.

    Example: huiliu batch --exports /tmp/province/exports
    """
    from pipelines.cli.batch import run_and_tell

    run_and_tell(exports, minutes, dataset or [])


@app.command()
def airflow(
    port: Annotated[int, typer.Option(help="Port of the UI on this machine; 0 takes a free one.")] = 8080,
    scheduled: Annotated[bool, typer.Option(help="Run the DAGs on their schedules, not only when triggered.")] = False,
) -> None:
    """Open the same Airflow in the foreground with its UI, until Ctrl-C.

    Example: huiliu airflow --port 8081
    """
    from pipelines.cli.batch import serve_ui

    serve_ui(port, scheduled=scheduled)


@app.command()
def status() -> None:
    """Show the row accounts per dataset, refused deliveries and the current release.

    Example: huiliu status
    """
    from pipelines.cli.summary import print_accounts, print_release
    from pipelines.steps import open_store

    store = open_store()
    print_accounts()
    print_release(store)


@app.command()
def figures(
    period: Annotated[str, typer.Option(help="A period of mart.dim_period, for example 2025 or 2025Q4.")] = "2025",
    region: Annotated[str | None, typer.Option(help="A region code; default the province.")] = None,
) -> None:
    """Print the figures of a period and region from the published mart.

    Example: huiliu figures --period 2025Q4 --region 430100
    """
    from pipelines.cli.summary import print_figures
    from pipelines.steps import open_store

    print_figures(open_store(), period, region)


@app.command()
def report(
    period: Annotated[str, typer.Option(help="A period of mart.dim_period, for example 2025 or 2025Q4.")],
    out: Annotated[Path, typer.Option(help="The HTML file to write; one file, nothing beside it.")],
    clearance: Annotated[
        str, typer.Option(help="mart: what may be public. warehouse: exact, for those entitled, with R39.")
    ] = "mart",
    region: Annotated[str | None, typer.Option(help="A region code; default the province.")] = None,
) -> None:
    """Write the report of a period in Chinese, each number with its source; pins the release it cites.

    Example: huiliu report --period 2025 --out report.html
    """
    from pipelines.cli.report import write_report

    write_report(period, out, clearance, region)


@app.command()
def evaluate(
    truth: Annotated[Path, typer.Option(help="The truth/ folder of a simulated province.", exists=True)],
    as_json: Annotated[bool, typer.Option("--json", help="One flat JSON object.")] = False,
) -> None:
    """Score the current release against the truth of a simulated province.

    Example: huiliu evaluate --truth /tmp/province/truth --json
    """
    from pipelines.evaluate import evaluate as score
    from pipelines.evaluate import print_scores
    from pipelines.steps import open_store

    scores = score(open_store(), truth)
    if as_json:
        typer.echo(json.dumps(scores, ensure_ascii=False))
    else:
        print_scores(scores)


@app.command()
def rollback(
    release: Annotated[str | None, typer.Argument(help="Release id; default the one before the current.")] = None,
) -> None:
    """Repoint `current` to an earlier release.

    Example: huiliu rollback 20251130-0123456789ab
    """
    from pipelines.ledger import open_ledger
    from pipelines.link.decisions import from_ledger
    from pipelines.publish.publish import rollback as repoint
    from pipelines.steps import open_store

    decided = [decision.name() for decision in from_ledger(open_ledger().links_in_force())]
    console.print(f"current is now {repoint(open_store(), release, decided)}")


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SQL query.")],
    clearance: Annotated[str, typer.Option(help="mart, warehouse or health.")] = "warehouse",
) -> None:
    """Run a query on the current release, read-only and with file and network access switched off.

    Example: huiliu sql "select count(*) from core.dim_person"
    """
    from pipelines.cli.query import run_query

    run_query(query, clearance)


@app.command()
def dictionary(
    check: Annotated[bool, typer.Option(help="Only fail when docs/dictionary.md has drifted.")] = False,
) -> None:
    """Write docs/dictionary.md from the contracts.

    Example: huiliu dictionary --check
    """
    from pipelines.contracts import load_contracts
    from pipelines.contracts.dictionary import dictionary as text
    from pipelines.settings import PROJECT

    path = PROJECT / "docs" / "dictionary.md"
    fresh = text(load_contracts())
    if not check:
        path.write_text(fresh, encoding="utf-8")
        console.print(f"wrote {path}")
    elif not path.exists() or path.read_text(encoding="utf-8") != fresh:
        raise ValueError("docs/dictionary.md differs from the contracts; run `huiliu dictionary`")


@app.command()
def doctor() -> None:
    """Check the machine, the settings, the contracts and the home; non-zero exit when something is wrong.

    Example: huiliu doctor
    """
    from pipelines.cli.doctor import examine

    if not examine():
        raise typer.Exit(1)


def run_cli() -> None:
    """Entry point: an expected error is one line on standard error and exit code 1, not a traceback."""
    from pipelines.cli.out import expected_errors

    try:
        app()
    except expected_errors() as error:
        console.file.flush()
        print(f"huiliu: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
