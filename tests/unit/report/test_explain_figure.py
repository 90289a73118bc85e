"""What `explain figure` says, and what it keeps to itself."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from typer.testing import CliRunner

from pipelines.cli.main import app, run_cli
from pipelines.ledger import open_ledger
from pipelines.report.explain import FigureFacts, explain_figure
from pipelines.report.source import open_release
from pipelines.store import Store
from tests.unit.report.release import RELEASE, Made, write


def _made() -> Made:
    made = Made()
    made.cell("R44", "share_reported", 612, 800)
    day, due = date(2025, 6, 1), datetime(2025, 7, 2)
    made.deliveries = [
        ("o1", "police_treatment_order", "police", day, date(2025, 7, 1), due, due, due, "accepted", 0.99, 4),
        ("o2", "police_treatment_order", "police", date(2026, 6, 1), date(2026, 7, 1), due, due, due, "accepted", 1, 0),
        ("u1", "police_drug_user", "police", day, date(2025, 7, 1), due, due, due, "accepted", 1, 0),
    ]
    made.orders = [
        ("t1", "430000", "p1", True),
        ("t2", "430000", "p1", True),
        ("t3", "430000", "p2", False),
        ("sealed1", "430000", "p3", True),
        ("t4", "430100", "p4", True),
    ]
    made.cell("R44", "share_reported", 2, 2, region="430100")
    return made


def _explained(
    store: Store, clearance: str, figure: str = "R44", rows: int | None = None, *, resolved: bool = False
) -> FigureFacts:
    if not (store.releases / RELEASE / f"{clearance}.duckdb").exists():
        write(store, _made(), clearance)
    with open_release(store, RELEASE, clearance) as release:
        return explain_figure(release, figure, "430000", "2025", rows, resolved=resolved)


def test_a_figure_shows_its_definition_query_cells_and_the_deliveries_of_its_datasets_and_period(store: Store) -> None:
    facts = _explained(store, "warehouse")
    assert facts.header == "Grain: one row per region.\nDefinition: orders reported to."
    assert facts.query.endswith("select numerator from measured")
    assert "region_code = '430000'" in facts.cells_query
    assert [(cell.unit, cell.value) for cell in facts.cells] == [("share_reported", 0.765)]
    assert [(one.delivery_id, one.status, one.on_time, one.flagged) for one in facts.deliveries] == [
        ("o1", "accepted", True, 4)
    ]


def test_rows_are_those_of_numerator_and_denominator_and_in_the_warehouse_alone(store: Store) -> None:
    denominator, numerator = sorted(_explained(store, "warehouse").parts or [], key=lambda part: part.part)
    # Three reported, of them two once: the same person twice.
    assert (numerator.rule, numerator.number, numerator.amount) == ("distinct", 3, 2)
    assert (denominator.rule, denominator.number, denominator.amount) == ("rows", 4, 4)
    assert [row.source_row_token for row in denominator.rows] == [None, "t1", "t2", "t3"]
    assert [row.counted for row in numerator.rows if row.source_row_token] == ["1", "1"]
    assert _explained(store, "mart").parts is None


def test_a_row_no_table_may_show_is_counted_and_kept_back_unless_the_vault_is_opened(store: Store) -> None:
    shown = {part.part: part.rows for part in _explained(store, "warehouse").parts or []}
    assert [row.is_kept_back for row in shown["denominator"]] == [True, False, False, False]
    assert {row.origin for rows in shown.values() for row in rows} == {None}
    opened = {part.part: part.rows for part in _explained(store, "warehouse", resolved=True).parts or []}
    assert [row.origin for row in opened["denominator"]] == [
        "police_treatment_order/Ksealed1 o1 o1.csv:1",
        "police_treatment_order/Kt1 o1 o1.csv:2",
        "police_treatment_order/Kt2 o1 o1.csv:3",
        "police_treatment_order/Kt3 o1 o1.csv:4",
    ]


def test_of_each_part_only_as_many_rows_are_listed_as_asked_for_and_all_are_counted(store: Store) -> None:
    assert {(len(part.rows), part.number) for part in _explained(store, "warehouse", rows=1).parts or []} == {
        (1, 3),
        (1, 4),
    }


def test_where_what_a_release_was_built_from_is_gone_it_says_what_to_do(store: Store) -> None:
    folder = write(store, _made(), "warehouse")
    (folder / "queries" / "seeds" / "orders.parquet").unlink()
    with (
        open_release(store, RELEASE, "warehouse") as release,
        pytest.raises(FileNotFoundError, match=r"the rows of R44 cannot be listed.*huiliu run"),
    ):
        explain_figure(release, "R44", "430000", "2025")


def test_a_figure_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="figure 'R39' is not in clearance mart"):
        _explained(store, "mart", "R39")


def test_the_command_prints_rows_and_notes_who_looked_at_them_and_why_the_vault_was_opened(store: Store) -> None:
    write(store, _made(), "warehouse")
    asked = ["explain", "figure", "r44", "--region", "430000", "--period", "2025", "--clearance", "warehouse"]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    assert "share_reported, numerator: 3 rows, distinct 2; the first 3:" in said.output
    assert "- kept back" in said.output and "- source row t1" in said.output and "o1.csv" not in said.output
    opened = CliRunner().invoke(app, [*asked, "--resolve", "question of the congress"])
    assert "police_treatment_order/Kt1 o1 o1.csv:2" in opened.output
    entries = open_ledger().casework.accesses()
    assert [(entry.action, entry.subject, entry.purpose) for entry in entries] == [
        ("explain figure", "R44 430000 2025", "explain"),
        ("explain figure", "R44 430000 2025", "question of the congress"),
    ]


def test_the_vault_is_not_opened_from_a_clearance_without_rows(store: Store) -> None:
    write(store, _made(), "mart")
    said = CliRunner().invoke(app, ["explain", "figure", "R44", "--resolve", "curious"])
    assert isinstance(said.exception, ValueError) and "use warehouse" in str(said.exception)
    assert open_ledger().casework.accesses() == []


def test_an_unknown_period_ends_with_code_1_and_says_what_to_do(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(store, _made())
    monkeypatch.setattr("sys.argv", ["huiliu", "report", "--period", "2019", "--out", str(store.home / "r.html")])
    with pytest.raises(SystemExit) as ended:
        run_cli()
    assert ended.value.code == 1
    assert "period '2019' is not one of release" in (said := capsys.readouterr().err)
    assert "report_period.csv" in said


@pytest.mark.parametrize("command", [["report"], ["explain", "figure"]])
def test_help_gives_an_example(command: list[str]) -> None:
    said = CliRunner().invoke(app, [*command, "--help"])
    assert said.exit_code == 0
    assert f"Example: huiliu {' '.join(command)}" in said.output
