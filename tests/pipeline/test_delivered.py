"""What the warehouse is told of deliveries: accounts after corrections, control totals against the records, pages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines import steps
from pipelines.ingest.resolve import current_records
from pipelines.settings import settings
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.test_ingest import drop, ingest
from tests.pipeline.test_return_loop import Row, postal

__all__ = ["drop"]
CLAIMED = {"揽收量": "2700", "实名量": "2670", "验视量": "9999"}


def deliver(drop: Path, delivery_id: str, rows: list[Row], **manifest: object) -> None:
    files = {"p.xml": make.xml_bytes(rows, "records/record")}
    make.deliver(drop, "transport/postal_compliance_month", delivery_id, files, **manifest)
    ingest("postal_compliance_month")
    steps.resolve()


def told(store: Store, table: str, columns: str) -> list[tuple[object, ...]]:
    return duckdb.sql(f"select {columns} from read_parquet('{current_records(store)[table]}') order by all").fetchall()


def test_control_totals_are_held_against_the_records_and_corrections_settle_them(store: Store, drop: Path) -> None:
    rows = [postal("S1"), postal("S2"), postal("S3", 月份="2025-13")]
    deliver(drop, "d1", rows, control_totals=CLAIMED)
    columns = "column_name, claimed, resolved, quarantined, status"
    assert told(store, "control_totals", columns) == [
        ("items_collected", Decimal(2700), Decimal(1800), Decimal(900), "quarantined"),
        ("items_inspected", Decimal(9999), Decimal(1760), Decimal(880), "differs"),
        ("items_real_name", Decimal(2670), Decimal(1780), Decimal(890), "quarantined"),
    ]
    corrected = {"period": {}, "correction_of": "d1", "exported_at": "2025-11-05T09:00:00"}
    deliver(drop, "d2", [{**postal("S3"), "退回行号": "3"}], **corrected)
    assert told(store, "control_totals", columns) == [
        ("items_collected", Decimal(2700), Decimal(2700), Decimal(0), "agrees"),
        ("items_inspected", Decimal(9999), Decimal(2640), Decimal(0), "differs"),
        ("items_real_name", Decimal(2670), Decimal(2670), Decimal(0), "agrees"),
    ]
    columns = "delivery_id, correction_of, period_end::text, rows_staged, rows_quarantined, rows_cleared"
    assert told(store, "deliveries", columns) == [
        ("d1", None, "2025-11-01", 2, 1, 1),
        ("d2", "d1", "2025-11-01", 1, 0, 0),
    ]


def test_every_delivery_has_a_page_of_counts_that_loads_nothing_and_names_nobody(
    store: Store, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUILIU_EXPECTATION_PAGES", "1")
    settings.cache_clear()
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(2, 登记地="439999")])
    ingest("police_drug_user")
    folder = store.private / "quality"
    page = (folder / "police_drug_user/deliveries/d1.html").read_text(encoding="utf-8")
    assert "register_region_code_valid" in page
    assert "「登记地」应为规定的代码或名称。" in page
    assert "50.00%" in page
    assert 'href="deliveries/d1.html"' in (folder / "police_drug_user/deliveries.html").read_text(encoding="utf-8")
    assert 'href="police_drug_user/deliveries.html"' in (folder / "index.html").read_text(encoding="utf-8")
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 4
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert make.number(2) not in text
        assert "张三" not in text
        for outside in ('src="http', 'src="//', '<link rel="stylesheet" href="http'):
            assert outside not in text, path.name


@pytest.mark.parametrize("tag", ["<script>x</script>", "a & b"])
def test_a_page_escapes_what_it_shows(tmp_path: Path, tag: str) -> None:
    from pipelines.pages import table, write_page

    write_page(tmp_path / "p.html", tag, [(tag, table((tag,), [(tag,)]))])
    assert tag not in (tmp_path / "p.html").read_text(encoding="utf-8")
