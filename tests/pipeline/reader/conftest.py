"""Deliveries of the register of drug users in whatever format a test's contract says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines import steps
from pipelines.settings import PROJECT, settings
from pipelines.store import Store
from tests.pipeline import exports as make

DATASET = "police_drug_user"


class Register:
    """The register's drop folder, and what became of what was dropped there."""

    def __init__(self, store: Store, drop: Path) -> None:
        self.store = store
        self.drop = drop

    def deliver(self, delivery_id: str, files: dict[str, bytes], **manifest: object) -> dict[str, Any]:
        """Land, judge and stage one delivery; its accounts."""
        make.deliver(self.drop, f"police/{DATASET}", delivery_id, files, **manifest)
        ids = steps.land(DATASET)
        steps.judge(DATASET, ids)
        return steps.stage(DATASET, ids)[delivery_id]

    def rows(self, delivery_id: str, columns: str) -> list[tuple[Any, ...]]:
        """Columns of the staged rows in line order."""
        path = self.store.staging_of(DATASET, delivery_id) / "rows.parquet"
        return duckdb.sql(f"select {columns} from read_parquet('{path}') order by line_number").fetchall()

    def quarantined(self, delivery_id: str) -> list[tuple[Any, ...]]:
        """(line, rule) of the quarantined rows."""
        path = self.store.quarantine_of(DATASET, delivery_id) / "rows.parquet"
        query = f"select line_number, rule_id from read_parquet('{path}') where line_number is not null order by all"
        return duckdb.sql(query).fetchall()

    def said(self, delivery_id: str) -> str:
        """Everything said about the delivery as a whole."""
        path = self.store.quarantine_of(DATASET, delivery_id) / "rows.parquet"
        query = f"select reason from read_parquet('{path}') where line_number is null order by all"
        return " ".join(row[0] for row in duckdb.sql(query).fetchall())


@pytest.fixture
def register(store: Store) -> Register:
    """The register under a fresh home."""
    folder = settings().exports_path
    folder.mkdir(parents=True)
    return Register(store, folder)


@pytest.fixture
def agreed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Callable[..., None]:
    """Change how the register is delivered: `agreed("xml", recordPath="a/b")`."""

    def change(format_name: str, **properties: object) -> None:
        folder = tmp_path / "contracts"
        shutil.copytree(PROJECT / "expectations", folder)
        path = folder / "police" / f"{DATASET}.yaml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        document["servers"] = document["servers"][:1]
        document["servers"][0]["format"] = format_name
        document["servers"][0]["customProperties"] = [
            {"property": name, "value": value} for name, value in properties.items()
        ]
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        monkeypatch.setenv("HUILIU_CONTRACTS", str(folder))
        settings.cache_clear()

    return change
