"""What changed in the figures since the release before, and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.build.build import build
from pipelines.store import Store, repoint
from tests.unit.warehouse.inputs import Row, delivery, write_inputs

DAY = date(2025, 3, 4)


def _detected(count: int) -> list[Row]:
    place = {"register_region_code": "430102", "first_detected_date": DAY, "register_status_date": DAY}
    return [{**place, "record_key": f"u{n}", "person": f"p{n}"} for n in range(count)]


def _arrested(count: int) -> list[Row]:
    place = {"arrest_region_code": "430102", "arrested_date": DAY}
    return [{**place, "record_key": f"a{n}", "person": f"p{n}"} for n in range(count)]


def _judged(persons: int) -> list[Row]:
    """Thirteen judgments of so many persons."""
    place = {"court_region_code": "430102", "judgment_date": DAY, "instance": "一审", "penalty": "拘役"}
    return [{**place, "record_key": f"j{n}", "person": f"p{min(n, persons - 1)}"} for n in range(13)]


def _release(store: Store, number: int, rows: dict[str, list[Row]], deliveries: list[Row]) -> Path:
    """Build from these rows and put the files where a published release has them; its folder."""
    people: list[Row] = [{"person_id": f"p{n}"} for n in range(20)]
    base = [delivery(name) for name in ("police_drug_user", "police_case_suspect", "court_judgment")]
    write_inputs(store, store.home / f"made{number}", rows, people, [*base, *deliveries])
    candidate = store.candidate / build(store)
    folder = store.releases / f"r{number}"
    candidate.rename(folder)
    (store.private_releases / folder.name).mkdir(parents=True)
    (folder / "vault.duckdb").rename(store.private_releases / folder.name / "vault.duckdb")
    repoint(store.private_releases / "current", folder.name)
    return folder


def _changes(folder: Path, relation: str) -> list[tuple[object, ...]]:
    """Changes in the whole province over all years: of a year beside two without anything the mart shows nothing."""
    file = "mart" if relation.startswith("mart") else "warehouse"
    with duckdb.connect(str(folder / f"{file}.duckdb"), read_only=True) as opened:
        return opened.sql(
            f"select indicator_id, unit, value_before, value_now, cause from {relation} "
            "where region_code = '430000' and period_id = '2023-2025' and unit = 'person' order by all"
        ).fetchall()


def test_a_changed_figure_says_what_it_was_what_it_is_and_why(store: Store) -> None:
    first = {"police_drug_user": _detected(12), "police_case_suspect": _arrested(5), "court_judgment": _judged(13)}
    folder = _release(store, 0, first, [])
    assert _changes(folder, "core.indicator_change") == []
    second = {"police_drug_user": _detected(14), "police_case_suspect": _arrested(6), "court_judgment": _judged(11)}
    more = [delivery("police_drug_user", delivery_id="d2")]
    corrected = [delivery("police_case_suspect", delivery_id="d3", correction_of="d")]
    folder = _release(store, 1, second, [*more, *corrected])
    found = {(figure, cause): values for figure, _, *values, cause in _changes(folder, "core.indicator_change")}
    assert found["R17", "new_rows"] == [12.0, 14.0]
    assert found["R4", "correction"] == [5.0, 6.0]
    assert found["R8", "re_link"] == [13.0, 11.0]
    # The arrests were fewer than may be published, so the public file is silent about how they changed.
    published = {figure for figure, *_ in _changes(folder, "mart.indicator_change")}
    assert {"R17", "R8"} <= published
    assert "R4" not in published


@pytest.mark.accept
def test_a_figure_that_changed_with_its_definitions_says_so(store: Store) -> None:
    folder = _release(store, 0, {"court_judgment": _judged(11)}, [])
    with duckdb.connect(str(folder / "mart.duckdb")) as mart:
        mart.execute("update release_info set definitions_fingerprint = 'of other models'")
    folder = _release(store, 1, {"court_judgment": _judged(13)}, [])
    assert _changes(folder, "core.indicator_change") == [("R8", "person", 11.0, 13.0, "rule")]
