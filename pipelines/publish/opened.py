"""All files of one release, the vault among them, attached to one connection for those who may resolve tokens."""

from __future__ import annotations

import duckdb

from pipelines.store import Store

_PUBLIC = ("warehouse", "health", "mart")


def attach(duck: duckdb.DuckDBPyConnection, store: Store, release_id: str | None = None) -> str:
    """Attach `vault`, `warehouse`, `health` and `mart` of a release read-only; returns its id, default the current.

    Raises FileNotFoundError when there is no such release.
    """
    current = store.private_releases / "current"
    release = release_id or (current.readlink().name if current.is_symlink() else "")
    if not release or not (store.private_releases / release / "vault.duckdb").exists():
        known = sorted(path.parent.name for path in store.private_releases.glob("*/vault.duckdb"))
        raise FileNotFoundError(
            f"there is no release {release_id}; there are {', '.join(known)}"
            if release_id and known
            else "there is no release yet; run `huiliu run`"
        )
    duck.execute(f"attach '{store.private_releases / release / 'vault.duckdb'}' as vault (read_only)")
    for name in _PUBLIC:
        duck.execute(f"attach '{store.releases / release / name}.duckdb' as {name} (read_only)")
    return release
