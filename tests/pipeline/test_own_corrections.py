"""What we correct ourselves: applied between reading and judging, counted, the original kept, guarded."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipelines import steps
from pipelines.cli.doctor import examine
from pipelines.contracts import contract_of, load_contracts
from pipelines.contracts.corrections import CorrectionError, load_corrections
from pipelines.ingest.amend import AMENDED, guard
from pipelines.ingest.delivery import receipt_of
from pipelines.settings import settings
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.test_ingest import drop, ingest, rows_of

__all__ = ["drop"]
WRONG, RIGHT = "439999", "430102"
PLACE = {
    "id": "place-of-u2",
    "dataset": "police_drug_user",
    "match": {"drug_user_no": "U0002", "register_region_code": WRONG},
    "set": {"register_region_code": RIGHT},
    "reason": "letter of the county bureau",
    "status": "active",
}


def write(store: Store, *corrections: dict[str, Any]) -> None:
    """Make these the corrections of the installation."""
    text = yaml.safe_dump({"corrections": list(corrections)}, allow_unicode=True)
    (store.private / "corrections.yaml").write_text(text, encoding="utf-8")


def users(delivery_time: str, *changes: dict[str, str]) -> list[make.Row]:
    rows = [{"导出时间": delivery_time.replace("T", " "), **change} for change in changes]
    return [make.drug_user(serial, **row) for serial, row in enumerate(rows, start=1)]


def test_a_correction_mends_the_row_it_names_keeps_the_original_and_is_counted(store: Store, drop: Path) -> None:
    write(store, PLACE)
    make.deliver_users(drop, "d1", users("2025-10-31T23:00:00", {}, {"登记地": "４３９９９９"}, {"登记地": WRONG}))
    account = ingest("police_drug_user")["d1"]
    assert (account["staged"], account["quarantined"]) == (2, 1)
    found = rows_of(store, "police_drug_user", "d1", 'line_number, register_region_code, raw."登记地"')
    assert found == [(2, RIGHT, RIGHT), (3, RIGHT, "４３９９９９")]
    receipt = receipt_of(store, "police_drug_user", "d1")
    assert receipt["corrected"] == 1
    assert receipt["corrections"] == [{"id": "place-of-u2", "seen": 1, "matched": 1}]
    amended = store.staging_of("police_drug_user", "d1") / AMENDED
    assert duckdb.read_parquet(str(amended)).fetchall() == [(3, "place-of-u2")]
    steps.resolve()
    counted = f"select rows_corrected from read_parquet('{store.records}/_deliveries/*/deliveries.parquet')"
    assert duckdb.sql(counted).fetchall() == [(1,)]


def test_a_withdrawn_correction_is_not_applied_and_a_change_judges_the_delivery_again(store: Store, drop: Path) -> None:
    make.deliver_users(drop, "d1", users("2025-10-31T23:00:00", {}, {"登记地": WRONG}))
    write(store, {**PLACE, "status": "withdrawn"})
    assert ingest("police_drug_user")["d1"]["quarantined"] == 1
    write(store, PLACE)
    steps.judge("police_drug_user", ["d1"])
    assert steps.stage("police_drug_user", ["d1"])["d1"]["quarantined"] == 0


def test_the_guard_fails_once_the_agency_has_fixed_it(
    store: Store, drop: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    write(store, PLACE)
    make.deliver_users(drop, "d1", users("2025-10-31T23:00:00", {}, {"登记地": WRONG}))
    ingest("police_drug_user")
    assert guard(store, contract_of("police_drug_user")) == []
    assert examine()
    # A delivery without the row tells nothing; one with the row, and right, does.
    make.deliver_users(drop, "d2", users("2025-11-30T23:00:00", {}), exported_at="2025-11-30T23:00:00")
    ingest("police_drug_user")
    assert guard(store, contract_of("police_drug_user")) == []
    make.deliver_users(drop, "d3", users("2025-12-31T23:00:00", {}, {}), exported_at="2025-12-31T23:00:00")
    ingest("police_drug_user")
    assert "place-of-u2 of police_drug_user: its rows came without the error" in caplog.text
    capsys.readouterr()
    assert not examine()
    assert "WRONG corrections" in capsys.readouterr().out
    write(store, {**PLACE, "status": "fixed"})
    assert guard(store, contract_of("police_drug_user")) == []
    back = users("2026-01-31T23:00:00", {}, {"登记地": WRONG})
    make.deliver_users(drop, "d4", back, exported_at="2026-01-31T23:00:00")
    assert ingest("police_drug_user")["d4"]["quarantined"] == 0
    assert "the error is back in 1 rows" in guard(store, contract_of("police_drug_user"))[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "done"}, "status is 'done'"),
        ({"reason": " "}, "say in `reason`"),
        ({"match": {"register_region_code": WRONG}}, "belongs into a seed"),
        ({"match": {"drug_user_no": 2, "register_region_code": WRONG}}, "put it in quotes"),
        ({"set": {"place": RIGHT}}, "has no column place"),
        ({"set": {"register_region_code": WRONG}}, "changes nothing"),
        ({"note": "x"}, "exactly the keys"),
    ],
)
def test_a_correction_that_cannot_be_trusted_is_refused(store: Store, changes: dict[str, Any], said: str) -> None:
    write(store, {**PLACE, **changes})
    with pytest.raises(CorrectionError, match=said):
        load_corrections(load_contracts())


def test_one_id_is_one_correction(store: Store) -> None:
    write(store, PLACE, PLACE)
    with pytest.raises(CorrectionError, match="place-of-u2 is there twice"):
        load_corrections(load_contracts())


def test_the_public_file_names_no_column_of_the_vault(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(settings().contracts, tmp_path / "contracts")
    monkeypatch.setattr(settings(), "contracts", tmp_path / "contracts")
    text = yaml.safe_dump({"corrections": [PLACE]}, allow_unicode=True)
    (tmp_path / "contracts" / "corrections.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CorrectionError, match="drug_user_no may not be named in a public file"):
        load_corrections(load_contracts())


FAULTS = st.sampled_from([{}, {"登记地": WRONG}, {"姓名": ""}, {"登记地": WRONG, "姓名": ""}])


@given(
    faults=st.lists(FAULTS, min_size=1, max_size=8),
    repeated=st.integers(0, 3),
    mended=st.sets(st.integers(1, 9), min_size=1, max_size=4),
)
@hypothesis_settings(max_examples=8, deadline=None)
def test_row_accounts_stay_exact_whatever_is_corrected(
    faults: list[dict[str, str]], repeated: int, mended: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("HUILIU_HOME", folder)
        settings.cache_clear()
        store = steps.open_store()
        rows = users("2025-10-31T23:00:00", *faults)
        rows += rows[:repeated]
        number = "U000{}".format
        write(
            store,
            *(
                {**PLACE, "id": number(n), "match": {"drug_user_no": number(n), "register_region_code": WRONG}}
                for n in sorted(mended)
            ),
        )
        make.deliver_users(settings().exports_path, "d1", rows)
        account = ingest("police_drug_user")["d1"]
        receipt = receipt_of(store, "police_drug_user", "d1")
        settings.cache_clear()
    wrong = {place for place, fault in enumerate(faults, start=1) if "登记地" in fault}
    spoilt = {place for place, fault in enumerate(faults, start=1) if "姓名" in fault} | (wrong - mended)
    parts = ("staged", "quarantined", "duplicate", "non_data")
    assert account["physical"] == sum(account[name] for name in parts) == len(rows) + 1
    assert account["quarantined"] == len(spoilt)
    assert receipt["corrected"] == len(wrong & mended)
