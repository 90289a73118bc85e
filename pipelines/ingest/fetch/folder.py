"""An upload folder: a directory people or mounts put files into, outside the drop folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.contracts import Server
from pipelines.ingest.fetch.connection import Connection, FetchError
from pipelines.ingest.fetch.inbox import BLOCK, NotWhole, write_whole
from pipelines.ingest.fetch.offers import RemoteFile, objection


class UploadFolder:
    """The folder of one dataset below the path of the connection."""

    def __init__(self, server: Server, connection: Connection) -> None:
        self.root = Path(connection.path) / server.location
        if not connection.path.startswith("/") or ".." in self.root.parts:
            raise FetchError(f"connection {connection.name} names no absolute folder; write file:///path/of/uploads")
        if not self.root.is_dir():
            raise FetchError(f"{self.root} is no folder; make or mount it, or correct connection {connection.name}")

    def files(self) -> Iterator[RemoteFile]:
        """Plain files at most one folder deep; links are passed over."""
        for path in sorted(self.root.iterdir()):
            if path.is_symlink():
                continue
            members = sorted(path.iterdir()) if path.is_dir() and objection(path.name) is None else [path]
            for member in members:
                if member.is_file() and not member.is_symlink():
                    yield self._listed(member)

    def _listed(self, path: Path) -> RemoteFile:
        status = path.stat()
        parts = path.relative_to(self.root).parts
        return RemoteFile(parts, status.st_size, str(status.st_mtime_ns), status.st_mtime)

    def download(self, file: RemoteFile, target: Path) -> None:
        """Copy one file."""
        path = self.root.joinpath(*file.parts)
        try:
            with path.open("rb") as stream:
                write_whole(iter(lambda: stream.read(BLOCK), b""), target, file.size)
            unchanged = self._listed(path) == file
        except FileNotFoundError:
            unchanged = False
        if not unchanged:
            raise NotWhole(f"{target.name} changed while it was copied")
