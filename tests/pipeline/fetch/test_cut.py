"""A line that breaks at any byte leaves no half delivery, and the next run brings the same as a whole line."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tenacity import wait_none

from pipelines.ingest.fetch import FetchError
from pipelines.ingest.fetch import api as api_module
from pipelines.store import Store
from tests.pipeline import exports as make
from tests.pipeline.fetch import servers, test_exchange
from tests.pipeline.fetch.way import bring, offered

Production = Callable[..., None]
Lines = Callable[[int], servers.Line]
CUTS = 10


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def check_every_cut(folder: Path, line: servers.Line, dataset: str) -> None:
    """Cut the line at ten places of a whole fetch; each time compare what lies in the inbox."""

    def store_of(name: str) -> Store:
        made = Store(folder / name)
        made.prepare()
        return made

    whole = store_of("whole")
    line.cut_after(float("inf"))
    assert bring(whole, dataset).brought
    wanted, size, broken = offered(whole, dataset), line.passed, 0
    assert sum(map(len, wanted.values())) < size
    for place in random.Random(2025).sample(range(1, size), CUTS):
        store = store_of(f"cut-{place}")
        line.cut_after(place)
        try:
            bring(store, dataset)
        except FetchError:
            broken += 1
        found = offered(store, dataset)
        deliveries = {path.split("/")[0] for path in found}
        assert found == {path: data for path, data in wanted.items() if path.split("/")[0] in deliveries}
        line.cut_after(float("inf"))
        bring(store, dataset)
        assert offered(store, dataset) == wanted
        assert bring(store, dataset).brought == ()
    # A cut in the last bytes, when all is said, may pass unnoticed.
    assert broken >= CUTS - 2


def test_sftp(home: Path, sftp: servers.Sftp, production: Production, line: Lines) -> None:
    for delivery_id, size in (("d1", 200_000), ("d2", 100_000)):
        files = {f"{delivery_id}.zip": content(size)}
        make.deliver(sftp.root / "exports", "police_drug_user", delivery_id, files)
    through = line(sftp.port)
    production(police_sftp=sftp.uri(port=through.port))
    check_every_cut(home, through, "police_drug_user")


def test_api(
    home: Path, api: servers.Api, production: Production, line: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_module, "_BACK_OFF", wait_none())
    rows = [make.facility_month(f"F{number}", "2025-10", 机构名称=content(900).hex()) for number in range(120)]
    parts = [rows[first : first + 20] for first in range(0, 120, 20)]
    cursors = [None, *map(str, range(1, 6)), None]
    for part, cursor, following in zip(parts, cursors, cursors[1:], strict=False):
        api.pages[cursor] = {"total": 120, "items": part, "next_cursor": following}
    through = line(api.port)
    production(health_api=api.uri(port=through.port))
    check_every_cut(home, through, "health_facility_month")


def test_s3(home: Path, s3: servers.S3, bucket: Any, production: Production, line: Lines) -> None:
    for delivery_id, size in (("h1", 200_000), ("h2", 100_000)):
        for name, body in (("h.csv.gz", content(size)), ("manifest.json", json.dumps({}).encode())):
            key = f"transport_handover/{delivery_id}/{name}"
            bucket.put_object(Bucket="transport-exports", Key=key, Body=body)
    through = line(s3.port)
    production(transport_s3=s3.uri(port=through.port, attempts="1"))
    check_every_cut(home, through, "transport_handover")


def test_postgres(home: Path, postgres: servers.Postgres, production: Production, line: Lines) -> None:
    through = line(postgres.port)
    production(court_exchange=postgres.uri(port=through.port))
    with postgres.connect() as owner:
        test_exchange.create(owner, list(test_exchange.judgment(1)))
        test_exchange.put(owner, *(test_exchange.judgment(number) for number in range(600)))
        check_every_cut(home, through, "court_judgment")
        owner.execute("drop table court_judgment")
