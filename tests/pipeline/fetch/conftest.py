"""The servers of the fetch tests, one each for the session, and the `production` entries of the contracts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import settings
from tests.pipeline.fetch import servers


@pytest.fixture(scope="session")
def running_sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Sftp]:
    with servers.sftp_server(tmp_path_factory.mktemp("sftp")) as running:
        yield running


@pytest.fixture
def sftp(running_sftp: servers.Sftp) -> Iterator[servers.Sftp]:
    """The SFTP server with nothing on it."""
    yield running_sftp
    for path in running_sftp.root.iterdir():
        shutil.rmtree(path)
    running_sftp.names.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    with servers.postgres_server() as running:
        yield running


@pytest.fixture(scope="session")
def s3() -> Iterator[servers.S3]:
    with servers.s3_server() as running:
        yield running


@pytest.fixture
def bucket(s3: servers.S3, production: Callable[..., None]) -> Iterator[Any]:
    """A client that may write to the department of transport's bucket, which is empty and gone after the test."""
    client: Any = s3.client()
    client.create_bucket(Bucket="transport-exports")
    production(transport_s3=s3.uri())
    yield client
    for item in client.list_objects_v2(Bucket="transport-exports").get("Contents", []):
        client.delete_object(Bucket="transport-exports", Key=item["Key"])
    client.delete_bucket(Bucket="transport-exports")


@pytest.fixture
def api(tmp_path: Path) -> Iterator[servers.Api]:
    with servers.api_server(tmp_path) as running:
        yield running


@pytest.fixture
def production(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Use the contracts' production servers, with connections given by name."""

    def use(**connections: str) -> None:
        monkeypatch.setenv("HUILIU_SERVERS", "production")
        for name, uri in connections.items():
            monkeypatch.setenv(f"HUILIU_CONNECTION_{name.upper()}", uri)
        settings.cache_clear()

    return use


@pytest.fixture
def line() -> Iterator[Callable[[int], servers.Line]]:
    """Lines that can be cut, to ports of servers."""
    made: list[servers.Line] = []

    def to(port: int) -> servers.Line:
        made.append(servers.Line(port))
        return made[-1]

    yield to
    for opened in made:
        opened.close()
