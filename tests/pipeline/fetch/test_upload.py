"""Fetching from an upload folder: files of people, without manifests, some not finished."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from pipelines.ingest.fetch import FetchError
from pipelines.settings import PROJECT, settings
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.fetch.way import NOW, bring, offered
from tests.pipeline.test_ingest import ingest

DATASET = "prison_admission"
LONG_AGO = NOW.timestamp() - 3600


@pytest.fixture
def uploads(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The upload folder of a prison whose contract says that no manifest comes along."""
    document = yaml.safe_load((PROJECT / f"expectations/justice/{DATASET}.yaml").read_text(encoding="utf-8"))
    document["servers"][1] = {
        "server": "production",
        "type": "local",
        "path": "prison",
        "format": "xlsx",
        "customProperties": [
            {"property": "connection", "value": "prison_uploads"},
            {"property": "manifest", "value": "none"},
        ],
    }
    folder = tmp_path / "expectations/justice"
    folder.mkdir(parents=True)
    (folder / f"{DATASET}.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    (tmp_path / "uploads/prison").mkdir(parents=True)
    monkeypatch.setenv("HUILIU_CONTRACTS", str(folder.parent))
    monkeypatch.setenv("HUILIU_SERVERS", "production")
    monkeypatch.setenv("HUILIU_CONNECTION_PRISON_UPLOADS", f"file://{tmp_path}/uploads")
    settings.cache_clear()
    return tmp_path / "uploads/prison"


def upload(path: Path, data: bytes, changed: float = LONG_AGO) -> None:
    path.write_bytes(data)
    os.utime(path, (changed, changed))


def test_an_uploaded_workbook_comes_through_to_staging_and_is_left_where_it_is(store: Store, uploads: Path) -> None:
    upload(uploads / "收监 十月.xlsx", make.workbook_bytes([make.prisoner(1), make.prisoner(2)]))
    (account,) = ingest(DATASET).values()
    assert (account["status"], account["staged"]) == ("accepted", 2)
    assert (uploads / "收监 十月.xlsx").exists()
    assert ingest(DATASET) == {}


def test_a_file_still_being_written_waits_and_a_temporary_one_is_passed_over(store: Store, uploads: Path) -> None:
    upload(uploads / "a.xlsx", b"a", changed=NOW.timestamp() - 5)
    upload(uploads / "~$b.xlsx", b"b")
    upload(uploads / "c.xlsx.part", b"c")
    upload(uploads / "d.xlsx", b"d")
    assert bring(store, DATASET).brought == ("d.xlsx",)
    os.utime(uploads / "a.xlsx", (LONG_AGO, LONG_AGO))
    assert bring(store, DATASET).brought == ("a.xlsx",)


def test_a_link_out_of_the_folder_is_not_followed(store: Store, uploads: Path, tmp_path: Path) -> None:
    upload(tmp_path / "secret.xlsx", b"secret")
    (uploads / "link.xlsx").symlink_to(tmp_path / "secret.xlsx")
    assert bring(store, DATASET).brought == ()
    assert offered(store, DATASET) == {}


def test_a_folder_that_is_not_mounted_is_an_error_not_an_empty_delivery(store: Store, uploads: Path) -> None:
    uploads.rmdir()
    with pytest.raises(FetchError, match="is no folder"):
        bring(store, DATASET)
