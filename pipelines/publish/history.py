"""What became of persons and cases from release to release, as the vault of the current release tells it."""

from __future__ import annotations

from pipelines.duck import connect
from pipelines.store import Store

_SAID = {
    "split": "{release}: {former} was split, {count} of its records are {present} since",
    "merge": "{release}: {former} with {count} records became part of {present}",
    "renamed": "{release}: {former} became {present}, its first record changed",
    "gone": "{release}: no record of {former} was left",
}


def person_history(store: Store, person_ids: list[str]) -> list[str]:
    """Events of persons in sentences, oldest release first; empty before the first release or without any."""
    return _history(store, "person_event", "person_id", person_ids)


def case_history(store: Store, case_ids: list[str]) -> list[str]:
    """What became of cases from release to release, like `person_history`."""
    return _history(store, "case_change", "case_id", case_ids)


def _history(store: Store, table: str, column: str, ids: list[str]) -> list[str]:
    vault = store.private_releases / "current" / "vault.duckdb"
    if not vault.exists():
        return []
    with connect(vault, read_only=True) as duck:
        events = duck.execute(
            f"select distinct event, release_id, former_id, {column}, mentions from {table} "
            f"where list_contains(?, former_id) or list_contains(?, {column}) "
            f"order by release_id, event, former_id, {column}",
            [ids, ids],
        ).fetchall()
    return [
        _SAID[event].format(release=release, former=former, present=present, count=count)
        for event, release, former, present, count in events
    ]
