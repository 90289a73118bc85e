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
        ("t1", date(2025, 3, 1), "社区戒毒", "430102", "430102"),
        ("t2", date(2025, 3, 1), "社区康复", None, "430102"),
        ("t3", date(2024, 3, 1), "社区戒毒", "430102", "430102"),
        ("t4", date(2025, 3, 1), "强制隔离戒毒", "430102", "430102"),
        ("t5", date(2025, 3, 1), "社区戒毒", "430202", "430102"),
    ]
    made.cell("R44", "share_reported", 2, 2, region="430100")
    return made


def _explained(store: Store, clearance: str, figure: str = "R44", region: str = "430000") -> FigureFacts:
    write(store, _made(), clearance)
    with open_release(store, RELEASE, clearance) as release:
        return explain_figure(release, figure, region, "2025")


def test_a_figure_shows_its_definition_query_cells_and_the_deliveries_of_its_datasets_and_period(store: Store) -> None:
    facts = _explained(store, "warehouse")
    assert facts.header == "Grain: one row per region.\nDefinition: orders reported to."
    assert facts.query == "select 1 as numerator"
    assert "region_code = '430000'" in facts.cells_query
    assert [(cell.unit, cell.value) for cell in facts.cells] == [("share_reported", 0.765)]
    assert [(one.delivery_id, one.status, one.on_time, one.flagged) for one in facts.deliveries] == [
        ("o1", "accepted", True, 4)
    ]


def test_rows_are_tokens_of_the_figures_facts_in_region_and_period_and_in_the_warehouse_alone(store: Store) -> None:
    assert _explained(store, "warehouse").tokens == ["t1", "t2", "t5"]
    assert _explained(store, "mart").tokens is None


def test_a_figure_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="figure 'R39' is not in clearance mart"):
        _explained(store, "mart", "R39")


def test_the_command_prints_it_and_notes_who_looked_at_rows(store: Store) -> None:
    write(store, _made(), "warehouse")
    asked = ["explain", "figure", "r44", "--region", "430100", "--period", "2025", "--clearance", "warehouse"]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    assert [entry.action for entry in open_ledger().casework.accesses()] == ["explain figure"]


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
