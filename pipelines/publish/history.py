"""What became of persons from release to release, as the vault of the current release tells it."""

from __future__ import annotations

from pipelines.duck import connect
from pipelines.store import Store

_SAID = {
    "split": "{release}: {former} was split, {count} of its records are {person} since",
    "merge": "{release}: {former} with {count} records became part of {person}",
    "renamed": "{release}: {former} became {person}, its first record changed",
    "gone": "{release}: no record of {former} was left",
}


def person_history(store: Store, person_ids: list[str]) -> list[str]:
    """Events of persons in sentences, oldest release first; empty before the first release or without any."""
    vault = store.private_releases / "current" / "vault.duckdb"
    if not vault.exists():
        return []
    with connect(vault, read_only=True) as duck:
        events = duck.execute(
            "select distinct event, release_id, former_id, person_id, mentions from person_event "
            "where list_contains(?, former_id) or list_contains(?, person_id) "
            "order by release_id, event, former_id, person_id",
            [person_ids, person_ids],
        ).fetchall()
    return [
        _SAID[event].format(release=release, former=former, person=person, count=count)
        for event, release, former, person, count in events
    ]
