"""Fetch what the chosen server of a contract offers, or say that the drop folder is read where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.contracts import Contract, Server
from pipelines.ingest.fetch.connection import Connection, FetchError
from pipelines.ingest.fetch.inbox import Inbox
from pipelines.store import Store


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought: the folder to land from, names of new deliveries, sentences about refused ones."""

    folder: Path
    brought: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    inbox: Inbox | None = None

    def landed(self) -> None:
        """Clear the inbox after landing. The drop folder is the agencies' own and stays as it is."""
        if self.inbox is not None:
            self.inbox.empty()


def _connection(server: Server, uri: str | None) -> Connection:
    name = server.connection or ""
    if not uri:
        raise FetchError(
            f"server {server.name} needs connection {name}, which is not set; give HUILIU_CONNECTION_{name.upper()} "
            f"or an Airflow connection {name}"
        )
    return Connection.of_uri(name, uri)


def _bring(contract: Contract, connection: Connection, inbox: Inbox, now: datetime) -> tuple[list[str], list[str]]:
    """Fetch by the protocol of the contract's server. The libraries are imported where they are needed."""
    from pipelines.ingest.fetch.tree import fetch_tree

    server, received_at = contract.server, now.isoformat(timespec="seconds")
    match server.type:
        case "local":
            from pipelines.ingest.fetch.folder import UploadFolder

            return fetch_tree(UploadFolder(server, connection), contract, inbox, now.timestamp())
        case "sftp":
            from pipelines.ingest.fetch.sftp import SftpServer

            with SftpServer(server, connection) as session:
                return fetch_tree(session, contract, inbox, now.timestamp())
        case "s3":
            from pipelines.ingest.fetch.bucket import Bucket

            return fetch_tree(Bucket(server, connection), contract, inbox, now.timestamp())
        case "api":
            from pipelines.ingest.fetch.api import Api, fetch_pages

            with Api(server, connection) as api:
                return fetch_pages(api, contract, inbox, received_at), []
        case "postgresql":
            from pipelines.ingest.fetch.exchange import ExchangeTable, fetch_rows

            with ExchangeTable(server, connection) as table:
                return fetch_rows(table, contract, inbox, received_at), []
    raise FetchError(f"{contract.dataset}: nothing fetches from a server of type {server.type}")


def fetch(store: Store, contract: Contract, exports: Path, uri: str | None, now: datetime) -> Fetched:
    """Bring whole deliveries into the inbox; `uri` is that of the server's connection, None for the drop folder.

    Raises FetchError when the server cannot be reached or misbehaves; what arrived whole before stays.
    """
    server = contract.server
    if server.connection is None:
        return Fetched(exports / server.location)
    inbox = Inbox(store, contract)
    with inbox.held():
        brought, refused = _bring(contract, _connection(server, uri), inbox, now)
    return Fetched(inbox.folder, tuple(brought), tuple(refused), inbox)


def reach(server: Server, uri: str | None) -> str:
    """Log in and look, fetching nothing; returns what was seen. Raises FetchError."""
    connection = _connection(server, uri)
    match server.type:
        case "local":
            from pipelines.ingest.fetch.folder import UploadFolder

            files = sum(1 for _ in UploadFolder(server, connection).files())
        case "sftp":
            from pipelines.ingest.fetch.sftp import SftpServer

            with SftpServer(server, connection) as session:
                files = sum(1 for _ in session.files())
        case "s3":
            from pipelines.ingest.fetch.bucket import Bucket

            files = sum(1 for _ in Bucket(server, connection).files())
        case "api":
            from pipelines.ingest.fetch.api import Api

            with Api(server, connection) as api:
                api.page(None, size=1)
            return "answers"
        case _:
            from pipelines.ingest.fetch.exchange import ExchangeTable

            with ExchangeTable(server, connection) as table:
                return f"table of {len(table.columns())} columns"
    return f"{files} files"
