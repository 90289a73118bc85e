"""The step `publish`: a checked candidate becomes the current release; rollback goes back to a former one.

Order: vault folder, public folder (each by one rename), then the private `current`, then the public one. A reader
resolves the public `current` once and finds three files of one generation in it; the vault is repointed first so
that every token a published row carries is already known to the vault a clerk opens.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.build.build import QUERIES, RECEIPT
from pipelines.build.project import CLEARANCES
from pipelines.duck import connect
from pipelines.link.link import decisions_taken
from pipelines.settings import settings
from pipelines.store import Json, Store, fresh_folder, read_json, repoint, write_json

MANIFEST = "manifest.json"
HISTORY_TABLES = (
    "vault.person_event",
    "vault.person_alias",
    "vault.case_change",
    "vault.case_alias",
    "core.indicator_change",
    "mart.indicator_change",
)


class PublishError(RuntimeError):
    """A release cannot be published or repointed; says what to do next."""


def _tables(path: Path) -> list[tuple[str, str, int, str]]:
    """Schema, name, rows and content hash of every table, in name order."""
    with connect(path, read_only=True) as duck:
        names = duck.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = current_database() order by all"
        ).fetchall()
        found = []
        for schema, table in names:
            # Hashes of single rows are summed, so the order of rows does not matter but their number does.
            rows, total = duck.execute(
                f'select count(*), coalesce(sum(md5_number_lower(t::varchar)::hugeint), 0) from "{schema}"."{table}" t'
            ).fetchall()[0]
            columns = duck.execute(
                "select column_name, data_type from duckdb_columns() where database_name = current_database() "
                "and schema_name = ? and table_name = ? order by column_index",
                [schema, table],
            ).fetchall()
            digest = hashlib.sha256(f"{columns}|{rows}|{total}".encode()).hexdigest()
            found.append((schema, table, rows, digest))
        return found


def _named(path: Path, schema: str, table: str) -> str:
    """`mart.indicator`, `core.fact_case`: a table as its readers write it."""
    return f"{path.stem if schema == 'main' else schema}.{table}"


def table_hashes(path: Path) -> dict[str, str]:
    """Content hash of every table of a database file, whatever the order of its rows."""
    return {_named(path, schema, table): digest for schema, table, _, digest in _tables(path)}


def _manifest(store: Store, release_id: str, candidate: Path) -> Json:
    records = read_json(store.records / "current.json")
    identity = read_json(store.identity / "current.json")
    deliveries: list[dict[str, Any]] = pq.read_table(
        records["deliveries"], columns=["dataset", "delivery_id", "status", "sha256"]
    ).to_pylist()
    tables = {
        _named(path, schema, table): {"rows": rows, "hash": digest}
        for path in (candidate / f"{name}.duckdb" for name in CLEARANCES)
        for schema, table, rows, digest in _tables(path)
    }
    receipt = read_json(candidate / RECEIPT)
    return {
        "release_id": release_id,
        "as_of": receipt["as_of"],
        "previous_release": receipt.get("previous_release"),
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "fingerprints": {"records": records["fingerprint"], "identity": identity["fingerprint"]},
        "model_version": identity["model_version"],
        "decisions": sorted(decisions_taken(store)),
        "deliveries": deliveries,
        "tables": {name: facts for name, facts in tables.items() if name not in HISTORY_TABLES},
        # These follow from the releases before as well, so a rebuild from landing need not give the same.
        "history": {name: facts for name, facts in tables.items() if name in HISTORY_TABLES},
    }


def _place(store: Store, release_id: str, candidate: Path) -> None:
    """Vault to the private releases, the rest to the public ones; the candidate is kept until both stand."""
    manifest = _manifest(store, release_id, candidate)
    with fresh_folder(store.private_releases / release_id) as folder:
        os.link(candidate / "vault.duckdb", folder / "vault.duckdb")
        (folder / "vault.duckdb").chmod(0o600)
    with fresh_folder(store.releases / release_id) as folder:
        for name in CLEARANCES[1:]:
            os.link(candidate / f"{name}.duckdb", folder / f"{name}.duckdb")
        for part in ("quality", QUERIES):
            if (candidate / part).exists():
                shutil.copytree(candidate / part, folder / part)
        write_json(folder / MANIFEST, manifest)


def _point(store: Store, release_id: str) -> None:
    repoint(store.private_releases / "current", release_id)
    repoint(store.releases / "current", release_id)


def _standing(store: Store) -> list[str]:
    """Complete releases, the latest published first."""
    found = [
        (str(read_json(path)["published_at"]), path.parent.name)
        for path in store.releases.glob(f"[!.]*/{MANIFEST}")
        if not path.parent.is_symlink()
    ]
    return [name for _, name in sorted(found, reverse=True)]


def current(store: Store) -> str | None:
    """The id of the current release, if there is one."""
    link = store.releases / "current"
    return link.readlink().name if link.is_symlink() else None


def _prune(store: Store, pinned: Collection[str]) -> None:
    """Keep so many releases beside the current one; a pinned one always stays."""
    others = [name for name in _standing(store) if name != current(store)]
    for name in others[settings().keep_releases :]:
        if name not in pinned:
            shutil.rmtree(store.releases / name)
            shutil.rmtree(store.private_releases / name, ignore_errors=True)


def _compare(store: Store, release_id: str, candidate: Path) -> None:
    """Hold a release that was built again against the one that stands: every table must have the same hash."""
    standing = read_json(store.releases / release_id / MANIFEST)["tables"]
    rebuilt = _manifest(store, release_id, candidate)["tables"]
    differing = sorted(name for name in standing.keys() | rebuilt.keys() if standing.get(name) != rebuilt.get(name))
    if differing:
        raise PublishError(
            f"release {release_id} was built again and differs in {', '.join(differing)}; the one that stands is "
            f"untouched, the other is in {candidate}"
        )


def publish(store: Store, release_id: str, pinned: Collection[str] = ()) -> str:
    """Put a checked candidate in place and repoint `current`; the same release again changes nothing.

    Old releases beyond those to keep are deleted then, but for the `pinned`, which a report cites. Raises PublishError
    when the candidate was not built or not checked, or differs from the release of its name that stands; the last
    release stands then.
    """
    candidate = store.candidate / release_id
    if (store.releases / release_id / MANIFEST).exists():
        if (candidate / RECEIPT).exists():
            _compare(store, release_id, candidate)
    else:
        if not (candidate / RECEIPT).exists():
            raise PublishError(f"there is no candidate {release_id}; run the step build first")
        if not read_json(candidate / "checked.json").get("passed"):
            raise PublishError(f"candidate {release_id} has not passed its checks; run the step check first")
        _place(store, release_id, candidate)
    if current(store) != release_id or not (store.private_releases / "current" / "vault.duckdb").exists():
        _point(store, release_id)
    shutil.rmtree(candidate, ignore_errors=True)
    _prune(store, pinned)
    return release_id


def rollback(store: Store, release_id: str | None = None, decided: Iterable[str] = ()) -> str:
    """Repoint `current` to a named release, or to the one published before the current one.

    `decided` names decisions of clerks in force (`Decision.name`): they are never rolled back. Raises PublishError
    when there is no such release, or one of them is not in it.
    """
    standing, present = _standing(store), current(store)
    if release_id is None:
        earlier = standing[standing.index(present) + 1 :] if present in standing else []
        if not earlier:
            raise PublishError("there is no release before the current one to go back to")
        release_id = earlier[0]
    if release_id not in standing:
        raise PublishError(f"there is no release {release_id!r}; standing are: {', '.join(standing) or 'none'}")
    without = set(decided) - set(read_json(store.releases / release_id / MANIFEST).get("decisions", []))
    if without:
        raise PublishError(
            f"release {release_id} was made without {len(without)} decisions of clerks that are in force; going back "
            "would undo corrections. `huiliu run` makes a release with them; `huiliu link decisions` lists them"
        )
    _point(store, release_id)
    return release_id
