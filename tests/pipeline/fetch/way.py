"""What the fetch tests ask again and again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipelines.contracts import contract_of
from pipelines.ingest.fetch import Fetched, fetch
from pipelines.settings import settings
from pipelines.store import Store

NOW = datetime(2025, 11, 24, 8, 0, 0)


def bring(store: Store, dataset: str, now: datetime = NOW) -> Fetched:
    """Fetch one dataset into the inbox, without landing it."""
    contract = contract_of(dataset)
    uri = settings().connection(contract.server.connection or "")
    return fetch(store, contract, settings().exports_path, uri, now)


def offered(store: Store, dataset: str) -> dict[str, bytes]:
    """Every file that lies in a dataset's inbox for landing, by its path below it."""
    folder = store.private / "inbox" / dataset
    paths = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.relative_to(folder): path for path in paths}
    return {str(name): path.read_bytes() for name, path in sorted(names.items()) if name.parts[0][0] != "."}


def files_with(secret: str, folder: Path) -> list[Path]:
    """Files below a folder in which a secret stands."""
    return [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
