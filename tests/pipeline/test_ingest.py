"""One delivery through land, judge and stage: formats, defects, accounts, refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import steps
from pipelines.ingest.delivery import landed_deliveries
from pipelines.ingest.resolve import current_records
from pipelines.settings import settings
from pipelines.store import Store
from tests.pipeline import exports as make


def ingest(dataset: str) -> dict[str, dict[str, Any]]:
    """Land, judge and stage what waits of a dataset; its accounts."""
    ids = steps.land(dataset)
    steps.judge(dataset, ids)
    return steps.stage(dataset, ids)


def rows_of(store: Store, dataset: str, delivery_id: str, columns: str) -> list[tuple[Any, ...]]:
    path = store.staging_of(dataset, delivery_id) / "rows.parquet"
    return duckdb.sql(f"select {columns} from read_parquet('{path}') order by line_number").fetchall()


def quarantined(store: Store, dataset: str, delivery_id: str) -> list[tuple[Any, ...]]:
    path = store.quarantine_of(dataset, delivery_id) / "rows.parquet"
    query = f"select record_key, line_number, rule_id, severity from read_parquet('{path}') order by all"
    return duckdb.sql(query).fetchall()


def sentences(store: Store, dataset: str, delivery_id: str) -> str:
    path = store.quarantine_of(dataset, delivery_id) / "rows.parquet"
    query = f"select reason from read_parquet('{path}') where line_number is null"
    return " ".join(row[0] for row in duckdb.sql(query).fetchall())


@pytest.fixture
def drop(home: Path) -> Path:
    folder = settings().exports_path
    folder.mkdir(parents=True)
    return folder


def test_a_clean_gb18030_csv_in_a_zip_is_staged_whole(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(2)])
    assert ingest("police_drug_user")["d1"] == {
        "status": "accepted",
        "physical": 3,
        "staged": 2,
        "quarantined": 0,
        "duplicate": 0,
        "non_data": 1,
    }


def test_a_workbook_with_title_merged_header_and_totals_is_read(store: Store, drop: Path) -> None:
    book = make.workbook_bytes([make.prisoner(1), make.prisoner(2)])
    make.deliver(drop, "justice/prison_admission", "p1", {"p1.xlsx": book}, rows=2)
    account = ingest("prison_admission")["p1"]
    assert (account["physical"], account["staged"], account["non_data"]) == (6, 2, 4)
    assert rows_of(store, "prison_admission", "p1", "judgment_case_no, refused")[0] == (
        "(2025)湘0102刑初12号",
        False,
    )


def test_json_pages_make_one_delivery(store: Store, drop: Path) -> None:
    first = make.page_bytes([make.facility_month("F1", "2025-09")], 1, 2, 2)
    second = make.page_bytes([make.facility_month("F1", "2025-10")], 2, 2, 2)
    files = {"page-0001.json": first, "page-0002.json": second}
    make.deliver(drop, "health/health_facility_month", "f1", files, rows=2)
    assert ingest("health_facility_month")["f1"]["staged"] == 2
    assert rows_of(store, "health_facility_month", "f1", "record_key, beds")[1] == ("F1|2025-10", 120)


def test_a_missing_json_page_refuses_the_delivery(store: Store, drop: Path) -> None:
    page = make.page_bytes([make.facility_month("F1", "2025-09")], 1, 2, 2)
    make.deliver(drop, "health/health_facility_month", "f1", {"page-0001.json": page})
    assert ingest("health_facility_month")["f1"]["status"] == "rejected"
    assert "1 of 2 pages" in sentences(store, "health_facility_month", "f1")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"姓名": ""}, "name_required"),
        ({"姓名": "不详"}, "name_required"),
        ({"人员编号": ""}, "drug_user_no_required"),
        ({"初次查获日期": "2025-02-30"}, "first_detected_date_valid"),
        ({"证件号码": "110101199003070012"}, "id_no_valid"),
        ({"证件号码": "1.10101E+17"}, "id_no_valid"),
        ({"现状": "其他"}, "register_status_valid"),
        ({"登记地": "439999"}, "register_region_code_valid"),
        ({"毒品种类": "未见过的名称"}, "drug_name_valid"),
        ({"证件种类": "护照", "证件号码": "E-1"}, "id_no_valid"),
    ],
)
def test_a_row_that_breaks_a_rule_is_quarantined_with_the_rule(
    store: Store, drop: Path, changes: dict[str, str], rule: str
) -> None:
    make.deliver_users(drop, "d1", [make.drug_user(1), make.drug_user(3, **changes)])
    account = ingest("police_drug_user")["d1"]
    assert (account["staged"], account["quarantined"]) == (1, 1)
    assert [(line, rule_id) for _, line, rule_id, _ in quarantined(store, "police_drug_user", "d1")] == [(3, rule)]


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"证件号码": "110101900307001"}, "id_no", make.number(1)),
        ({"证件号码": f"'{make.number(1)}"}, "id_no", make.number(1)),
        ({"证件号码": make.number(2).lower()}, "id_no", make.number(2)),
        ({"证件号码": "000000000000000000"}, "id_no", None),
        ({"姓名": "\u3000张\u00a0三 "}, "name", "张三"),
        ({"姓名": "阿依古丽•买买提"}, "name", "阿依古丽·买买提"),
        ({"初次查获日期": "2024.5.6"}, "first_detected_date::text", "2024-05-06"),
        ({"初次查获日期": "20240506"}, "first_detected_date::text", "2024-05-06"),
        ({"初次查获日期": "24年5月6日"}, "first_detected_date::text", "2024-05-06"),
        ({"初次查获日期": "45418"}, "first_detected_date::text", "2024-05-06"),
        ({"管控截止": "9999-12-31"}, "control_end_date", None),
        ({"曾用名": "无"}, "former_name", None),
        ({"性别": "1"}, "sex", "1"),
        ({"登记地": "４３０１０２"}, "register_region_code", "430102"),
    ],
)
def test_a_value_written_another_way_is_repaired_and_kept_raw(
    store: Store, drop: Path, changes: dict[str, str], column: str, value: str | None
) -> None:
    row = make.drug_user(1, **changes)
    make.deliver_users(drop, "d1", [row])
    assert ingest("police_drug_user")["d1"]["quarantined"] == 0
    assert rows_of(store, "police_drug_user", "d1", column) == [(value,)]
    header, written = next(iter(changes.items()))
    assert rows_of(store, "police_drug_user", "d1", f'raw."{header}"') == [(written,)]


def test_an_exact_repetition_is_counted_and_a_contradiction_is_quarantined(store: Store, drop: Path) -> None:
    rows = [make.drug_user(1), make.drug_user(1), make.drug_user(2), make.drug_user(2, 现状="死亡")]
    make.deliver_users(drop, "d1", rows)
    account = ingest("police_drug_user")["d1"]
    assert (account["staged"], account["duplicate"], account["quarantined"]) == (1, 1, 2)
    assert {row[2] for row in quarantined(store, "police_drug_user", "d1")} == {"key_unique"}


def test_a_column_rounded_by_a_spreadsheet_is_refused_whole_even_where_check_digits_hold(
    store: Store, drop: Path
) -> None:
    rows = [make.drug_user(i, 证件号码=make.number(i)[:15] + "000") for i in range(1, 41)]
    make.deliver_users(drop, "d1", rows)
    account = ingest("police_drug_user")["d1"]
    assert (account["status"], account["quarantined"]) == ("rejected", 40)


def test_quantities_become_grams_and_pieces_stay_an_estimate(store: Store, drop: Path) -> None:
    rows = [
        make.handover(1),
        make.handover(2, 数量="1.5", 单位="千克"),
        make.handover(3, 数量="3", 单位="片", 毒品="麻古"),
        make.handover(4, 数量="-1"),
    ]
    make.deliver_handovers(drop, "h1", rows)
    ingest("transport_handover")
    assert rows_of(store, "transport_handover", "h1", "quantity_kind, quantity_value::double, drug_code") == [
        ("weighed_gram", 100.0, "heroin"),
        ("weighed_gram", 1500.0, "heroin"),
        ("estimated", 3.0, "methamphetamine_tablet"),
    ]


GOOD = [make.drug_user(1), make.drug_user(2)]


def _refused_files() -> dict[str, tuple[dict[str, bytes], str]]:
    text = make.csv_text(GOOD)
    good = text.encode("gb18030")
    whole = make.zip_bytes(good)
    without = [{k: v for k, v in row.items() if k != "现状"} for row in GOOD]
    return {
        "an empty file": ({"x.zip": b""}, "x.zip is empty"),
        "a truncated ZIP": ({"x.zip": whole[: len(whole) // 2]}, "x.zip is damaged"),
        "a ZIP with two files": ({"x.zip": _two_files()}, "x.zip holds 2 files"),
        "a wrong encoding": ({"x.zip": make.zip_bytes(text.encode("utf-16"))}, "x.zip is not gb18030"),
        "a missing column": (
            {"x.zip": make.zip_bytes(make.csv_text(without).encode("gb18030"))},
            "column 现状 is missing",
        ),
        "a renamed header": (
            {"x.zip": make.zip_bytes(text.replace("现状,", "状态,", 1).encode("gb18030"))},
            "column 现状 is missing (found instead: 状态)",
        ),
        "an unterminated quote": ({"x.zip": make.zip_bytes(good + b'"U9,\r\n')}, "x.zip line"),
        "a snapshot without rows": (
            {"x.zip": make.zip_bytes(make.csv_text([], list(GOOD[0])).encode("gb18030"))},
            "would delete everything",
        ),
    }


def _two_files() -> bytes:
    import io
    import zipfile

    stream = io.BytesIO(make.zip_bytes(b"a"))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("other.csv", b"b")
    return stream.getvalue()


@pytest.mark.parametrize("case", sorted(_refused_files()))
def test_a_broken_file_is_refused_with_its_name_and_what_to_do_and_the_last_good_one_stands(
    store: Store, drop: Path, case: str
) -> None:
    files, said = _refused_files()[case]
    make.deliver_users(drop, "good", GOOD)
    make.deliver(drop, "police/police_drug_user", "bad", files, exported_at="2025-11-30T23:00:00")
    accounts = ingest("police_drug_user")
    assert accounts["good"]["status"] == "accepted"
    assert accounts["bad"]["status"] == "rejected"
    assert said in sentences(store, "police_drug_user", "bad")
    bad = accounts["bad"]
    assert bad["physical"] == bad["staged"] + bad["quarantined"] + bad["duplicate"] + bad["non_data"]
    steps.resolve()
    alive = "select count(*) from read_parquet(?) where is_current and not is_deleted"
    assert duckdb.execute(alive, [current_records(store)["datasets"]["police_drug_user"]]).fetchone() == (2,)


def test_an_extra_column_is_a_warning_and_the_rows_are_loaded(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", [{**row, "备注": "x"} for row in GOOD])
    assert ingest("police_drug_user")["d1"]["staged"] == 2
    assert "column 备注 is not in expectations/police/police_drug_user.yaml" in sentences(
        store, "police_drug_user", "d1"
    )


def test_rows_lost_on_the_way_are_noticed_by_the_manifest(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", GOOD, rows=3)
    account = ingest("police_drug_user")["d1"]
    assert (account["status"], account["quarantined"]) == ("rejected", 2)


def test_a_file_that_is_not_the_one_its_manifest_names_is_refused(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", GOOD, sha256="0" * 64)
    assert ingest("police_drug_user")["d1"]["status"] == "rejected"


def test_a_row_with_too_many_fields_is_quarantined_not_shifted(store: Store, drop: Path) -> None:
    text = make.csv_text(GOOD)
    lines = text.splitlines()
    lines[1] += ",extra"
    data = make.zip_bytes("\r\n".join(lines).encode("gb18030"))
    make.deliver(drop, "police/police_drug_user", "d1", {"d1.zip": data}, rows=2)
    assert ingest("police_drug_user")["d1"]["quarantined"] == 1
    assert quarantined(store, "police_drug_user", "d1")[0][2] == "row_shape"


def test_the_same_content_under_another_name_is_a_duplicate_and_loads_nothing(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", GOOD)
    make.deliver_users(drop, "d2", GOOD)
    again = drop / "police/police_drug_user/d2"
    (again / "d2.zip").write_bytes((drop / "police/police_drug_user/d1/d1.zip").read_bytes())
    accounts = ingest("police_drug_user")
    assert accounts["d2"]["status"] == "duplicate"
    assert quarantined(store, "police_drug_user", "d2") == [(None, None, "not_a_duplicate", "info")]
    assert ingest("police_drug_user") == {}


OCTOBER = {"start": "2025-10-01", "end": "2025-11-01"}
NOVEMBER = {"start": "2025-11-01", "end": "2025-12-01"}


@pytest.mark.parametrize(
    ("lines", "second", "status"),
    [
        ([], NOVEMBER, "accepted"),
        ([], OCTOBER, "duplicate"),
        ([], None, "duplicate"),
        ([make.handover(1)], NOVEMBER, "duplicate"),
    ],
)
def test_a_delta_without_a_row_covers_a_period_of_its_own(
    store: Store, drop: Path, lines: list[make.Row], second: object, status: str
) -> None:
    make.deliver_handovers(drop, "h1", lines, period=OCTOBER)
    make.deliver_handovers(drop, "h2", lines, period=second)
    accounts = ingest("transport_handover")
    assert (accounts["h1"]["status"], accounts["h2"]["status"]) == ("accepted", status)
    assert ingest("transport_handover") == {}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("{", "not valid JSON"),
        ("[1]", "no JSON object"),
        ({"period": "2025-10"}, "period is not"),
        ({"period": {"start": "2025-11-01", "end": "2025-10-01"}}, "period is not"),
        ({"rows": "two"}, "rows is not"),
        ({"received_at": "yesterday"}, "received_at is not"),
        ({"exported_at": 20251031}, "exported_at is not"),
        ({"control_totals": []}, "control_totals is not"),
    ],
)
def test_a_broken_manifest_refuses_its_delivery_and_no_other(
    store: Store, drop: Path, broken: object, said: str
) -> None:
    make.deliver_users(drop, "good", GOOD)
    make.deliver_users(drop, "bad", [make.drug_user(7)])
    path = drop / "police/police_drug_user/bad/manifest.json"
    text = broken if isinstance(broken, str) else json.dumps({**json.loads(path.read_text()), **dict(broken)})  # type: ignore[call-overload]
    path.write_text(text)
    accounts = ingest("police_drug_user")
    assert accounts.pop("good")["status"] == "accepted"
    ((bad, account),) = accounts.items()
    assert account["status"] == "rejected"
    assert said in sentences(store, "police_drug_user", bad)
    assert ingest("police_drug_user") == {}
    shutil.copytree(path.parent, path.parent.with_name("corrected"))
    manifest = {**json.loads((path.parents[1] / "good/manifest.json").read_text()), "delivery_id": "corrected"}
    manifest |= {"rows": 1, "sha256": None}
    (path.parents[1] / "corrected/manifest.json").write_text(json.dumps(manifest))
    assert ingest("police_drug_user")["corrected"]["status"] == "accepted"


def test_times_with_a_zone_are_local_times(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", GOOD, exported_at="2025-10-31T15:00:00Z")
    make.deliver_users(drop, "d2", [*GOOD, make.drug_user(3)], exported_at="2025-10-31T23:00:01+08:00")
    ingest("police_drug_user")
    landed = landed_deliveries(store, "police_drug_user")
    assert [delivery.manifest["exported_at"] for delivery in landed.values()] == [
        "2025-10-31T23:00:00",
        "2025-10-31T23:00:01",
    ]


def test_an_id_used_again_for_other_content_is_refused_and_kept(store: Store, drop: Path, tmp_path: Path) -> None:
    make.deliver_users(drop, "d1", GOOD)
    ingest("police_drug_user")
    (drop / "police").rename(tmp_path / "sent")
    make.deliver_users(drop, "d1", [make.drug_user(5)])
    (account,) = ingest("police_drug_user").values()
    assert account["status"] == "rejected"
    assert ingest("police_drug_user") == {}


def test_a_manifest_that_claimed_too_many_rows_is_put_right_under_a_new_id(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", GOOD, rows=3)
    assert ingest("police_drug_user")["d1"]["status"] == "rejected"
    data = (drop / "police/police_drug_user/d1/d1.zip").read_bytes()
    make.deliver(drop, "police/police_drug_user", "d2", {"d2.zip": data}, rows=2)
    assert ingest("police_drug_user")["d2"]["status"] == "accepted"
    assert ingest("police_drug_user") == {}


def test_a_bare_file_without_manifest_is_a_delivery(store: Store, drop: Path) -> None:
    folder = drop / "police/police_drug_user"
    folder.mkdir(parents=True)
    (folder / "register.zip").write_bytes(make.zip_bytes(make.csv_text(GOOD).encode("gb18030")))
    (account,) = ingest("police_drug_user").values()
    assert account["staged"] == 2


def test_landed_files_never_change_and_nothing_is_loaded_twice(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", GOOD)
    ingest("police_drug_user")
    before = {path: path.stat().st_mtime_ns for path in store.landing.rglob("*") if path.is_file()}
    assert steps.land("police_drug_user") == []
    assert {path: path.stat().st_mtime_ns for path in store.landing.rglob("*") if path.is_file()} == before


def test_errors_repeat_no_value_of_a_file_without_header(store: Store, drop: Path) -> None:
    data = make.zip_bytes("\r\n".join(make.csv_text(GOOD).splitlines()[1:]).encode("gb18030"))
    make.deliver(drop, "police/police_drug_user", "d1", {"d1.zip": data})
    ingest("police_drug_user")
    said = sentences(store, "police_drug_user", "d1")
    assert "header" in said
    assert make.number(1) not in said
    assert "张三" not in said
