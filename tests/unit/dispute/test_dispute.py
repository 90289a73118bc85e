"""A wrong merge is planted, disputed and resolved: real identities, a real build and release, hand-made records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.dispute.resolve import find, open_dispute, resolve
from pipelines.link.clerk import Linkage, decide
from pipelines.link.decisions import from_ledger
from pipelines.publish.publish import PublishError, rollback
from pipelines.store import Store, fingerprint, read_json, write_json
from tests.homes import open_home
from tests.unit.link.province import resident, table
from tests.unit.warehouse.inputs import Row, write_inputs

OWN, OTHER = resident("19900307", 11), resident("19720102", 13)
DAY = date(2025, 3, 4)


def row(record_key: str, number: str | None, name: str, born: date, **known: Any) -> Row:
    person = {"name": name, "id_no": number, "id_no_kind": "resident" if number else None, "birth_date": born}
    times = {"exported_at": datetime(2025, 6, 1), "updated_at": datetime(2025, 6, 1)}
    return {"record_key": record_key, **person, "sex": "1", "hukou_code": "430102", **times, **known}


def register(record_key: str, number: str | None, name: str, born: date, **known: Any) -> Row:
    detected = {"first_detected_date": DAY, "register_region_code": "430102", "register_status": "现有吸毒"}
    return row(record_key, number, name, born, **detected, register_status_date=DAY, **known)


# U1 stole the papers of the man of S1 and is in the register under his name and number. U2 is somebody else.
VICTIM = ("陈国强", date(1990, 3, 7))
RECORDS: dict[str, list[Row]] = {
    "police_drug_user": [register("U1", OWN, *VICTIM), register("U2", OTHER, "周小虎", date(1972, 1, 2))],
    "police_case_suspect": [row("S1", OWN, *VICTIM, arrested_date=DAY, arrest_region_code="430102")],
}


def put(store: Store, folder: Path, records: dict[str, list[Row]]) -> None:
    """Records as resolve leaves them, with the kinds of numbers that conforming adds."""
    write_inputs(store, folder, records, [{"person_id": "p1"}])
    current = read_json(store.records / "current.json")
    for dataset, rows in records.items():
        table = pq.read_table(current["datasets"][dataset])
        kinds = pa.array([one["id_no_kind"] for one in rows], pa.string())
        target = folder / dataset / fingerprint([str(one) for one in rows]) / "records.parquet"
        target.parent.mkdir(parents=True)
        pq.write_table(table.append_column("id_no_kind", kinds), target)
        current["datasets"][dataset] = str(target)
    write_json(store.records / "current.json", current | {"fingerprint": fingerprint(current["datasets"])})


def release(store: Store) -> str:
    """Link, build and publish; what check looks at is tested elsewhere."""
    steps.link()
    made = steps.build()
    if (store.candidate / made).exists():
        write_json(store.candidate / made / "checked.json", {"passed": True})
    return steps.publish(made)


def persons(store: Store) -> dict[str, str]:
    path = store.private_releases / "current" / "vault.duckdb"
    with duckdb.connect(str(path), read_only=True) as vault:
        return dict(vault.sql("select record_key, person_id from mention").fetchall())


def tables_holding(store: Store, person_id: str) -> dict[str, int]:
    """Rows of a person in every published table that has persons."""
    found = {}
    for name in ("warehouse", "health"):
        with duckdb.connect(str(store.releases / "current" / f"{name}.duckdb"), read_only=True) as opened:
            for schema, table in opened.sql(
                "select schema_name, table_name from duckdb_columns() where column_name = 'person_id' and not internal"
            ).fetchall():
                query = f'select count(*) from "{schema}"."{table}" where person_id = ?'
                found[table] = opened.execute(query, [person_id]).fetchall()[0][0]
    return found


def figure(store: Store, indicator: str, unit: str) -> float:
    with duckdb.connect(str(store.releases / "current" / "warehouse.duckdb"), read_only=True) as opened:
        return opened.execute(
            "select value from core.indicator where indicator_id = ? and unit = ? and region_code = '430000' "
            "and period_id = '2025'",
            [indicator, unit],
        ).fetchall()[0][0]


@pytest.fixture(scope="module")
def linkage(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[Linkage]:
    """A release in which the three records are one person: by stolen papers, and because a clerk erred."""
    home = tmp_path_factory.mktemp("dispute")
    with open_home(home, parsed):
        made = steps.linkage()
        put(made.store, home / "first", RECORDS)
        steps.link()
        decide(made, "must", "police_drug_user/U2", "police_case_suspect/S1", "wrong file", "clerk")
        release(made.store)
        yield made


def test_a_dispute_is_refused_for_foreign_records_and_rejected_without_any(linkage: Linkage) -> None:
    with pytest.raises(ValueError, match="no person of the current release"):
        open_dispute(linkage, "pnobody", "never", "officer")
    number, _ = open_dispute(linkage, persons(linkage.store)["S1"], "never registered", "officer")
    everything = ["police_drug_user/U1", "police_drug_user/U2", "police_case_suspect/S1"]
    for not_mine in (["police_drug_user/U9"], everything):
        with pytest.raises(ValueError, match="not among"):
            resolve(linkage, number, not_mine, "looked at it", "officer")
    done = resolve(linkage, number, [], "the fingerprints are his", "officer")
    assert (done.decision_ids, done.notices) == ([], [])
    with pytest.raises(ValueError, match="resolved before"):
        resolve(linkage, number, [], "again", "officer")
    with pytest.raises(ValueError, match="there is no dispute 99"):
        find(linkage, 99)


def test_a_wrong_merge_is_parted_in_every_table_of_the_next_release_and_stays_so(
    linkage: Linkage, tmp_path: Path
) -> None:
    store = linkage.store
    merged, first = persons(store), (store.releases / "current").readlink().name
    [planted] = [one.decision_id for one in linkage.ledger.links_in_force()]
    assert len(set(merged.values())) == 1
    assert figure(store, "R17", "person") == 1

    number, found = open_dispute(linkage, merged["S1"], "never registered", "officer")
    assert [one.record for one in found.rows if one.registers] == ["police_drug_user/U1", "police_drug_user/U2"]
    assert found.rows[1].tables == ("core.fact_registration",)
    assert {"core.dim_person", "core.fact_registration", "core.fact_case_person"} <= set(found.tables)

    wrong = ["police_drug_user/U1", "police_drug_user/U2"]
    done = resolve(linkage, number, wrong, "papers were stolen", "officer")
    assert done.withdrawn_ids == [planted]
    kinds = {one.decision_id: one.kind for one in linkage.ledger.links_in_force()}
    assert sorted(kinds[one] for one in done.decision_ids) == ["cannot", "detach"]
    assert [Path(path).name for path in done.notices] == ["correct-police.md"]
    text = Path(done.notices[0]).read_text(encoding="utf-8")
    assert "police_drug_user/U1" in text
    assert "core.fact_registration" in text
    assert not any(word in text for word in ("陈国强", "周小虎", OWN, OTHER))

    second = release(store)
    assert second != first
    parted = persons(store)
    assert len({parted["U1"], parted["U2"], parted["S1"]}) == 3
    assert figure(store, "R17", "person") == 2
    assert tables_holding(store, parted["S1"])["fact_registration"] == 0
    assert tables_holding(store, parted["S1"])["fact_case_person"] == 1
    correction = find(linkage, number)[2]
    assert correction is not None
    assert correction.release_id == second
    assert correction.hours >= 0

    # Nobody goes back to the release with the wrong merge in it.
    decided = [one.name() for one in from_ledger(linkage.ledger.links_in_force())]
    with pytest.raises(PublishError, match="made without 2 decisions"):
        rollback(store, first, decided)

    # A later month brings the man's own data again, from a new place; nothing leads back to the register.
    later = {**RECORDS, "police_case_suspect": [
        *RECORDS["police_case_suspect"],
        row("S2", OWN, *VICTIM, residence_code="430105", arrested_date=DAY, arrest_region_code="430102"),
    ]}  # fmt: skip
    put(store, tmp_path / "later", later)
    steps.link()
    mentions = table(store, "mention")
    again = dict(zip(mentions["record_key"], mentions["person_id"], strict=True))
    assert again["S2"] == again["S1"]
    assert len({again["S1"], again["U1"], again["U2"]}) == 3
    logged = [one.action for one in linkage.ledger.casework.accesses()]
    assert logged[-2:] == ["dispute open", "dispute resolve"]
