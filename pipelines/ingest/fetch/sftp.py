"""SFTP with a checked host key: the server must be the one whose key is known, or nothing is sent to it."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Coroutine, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh

from pipelines.contracts import Server
from pipelines.ingest.fetch.connection import Connection, FetchError, told
from pipelines.ingest.fetch.inbox import BLOCK, NotWhole, write_whole
from pipelines.ingest.fetch.offers import RemoteFile, is_unfinished, objection

_T = TypeVar("_T")
_BROKEN = (asyncssh.Error, OSError, TimeoutError, EOFError)
CONNECT_SECONDS = 20
# No answer for this long ends the connection, so that a silent server does not hold a run for ever.
SILENCE_SECONDS = 60


def known_hosts(connection: Connection, host: str, port: int) -> asyncssh.SSHKnownHosts:
    """The host keys that are trusted: `host_key` or `known_hosts` of the connection, else the user's own file."""
    if key := connection.extra.get("host_key"):
        # Airflow's form leaves the type away for RSA keys.
        line = key if " " in key else f"ssh-rsa {key}"
        return asyncssh.import_known_hosts(f"[{host}]:{port} {line}\n")
    path = Path(connection.extra.get("known_hosts", "~/.ssh/known_hosts")).expanduser()
    if not path.is_file():
        raise FetchError(
            f"connection {connection.name}: {path} with the server's host key is missing; ask the agency for the key "
            "by another way and name it with known_hosts=FILE or host_key=TYPE KEY"
        )
    return asyncssh.read_known_hosts(str(path))


def _unverified(known: asyncssh.SSHKnownHosts, host: str, port: int, name: str) -> FetchError:
    """The two ways a host key can be wrong; neither is ever accepted by itself."""
    if any(known.match(host, "", port)[:2]):
        said = "shows another host key than the known one; somebody may stand in between"
    else:
        said = "shows a host key nobody has vouched for"
    return FetchError(
        f"connection {name}: {host}:{port} {said}. Ask the agency for its key by another way, then correct known_hosts"
    )


class SftpServer:
    """One logged-in SFTP session, to be used in a `with` block."""

    def __init__(self, server: Server, connection: Connection) -> None:
        self.server = server
        self.connection = connection
        self.host, self.port = connection.address(server, 22)
        self.root = unquote(urlsplit(server.location).path) or "/"
        self.encoding = str(server.options.get("nameEncoding", "utf-8"))
        self._runner = asyncio.Runner()

    def __enter__(self) -> SftpServer:
        try:
            with told(
                f"connection {self.connection.name}: {self.host}:{self.port} cannot be reached",
                (*_BROKEN, ValueError),
                "check the network, the port and the key file, then run again",
            ):
                self._runner.run(self._connect())
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ssh.abort()
        self._runner.close()

    async def _connect(self) -> None:
        extra, known = self.connection.extra, known_hosts(self.connection, self.host, self.port)
        try:
            self._ssh = await asyncssh.connect(
                self.host,
                self.port,
                username=self.connection.login or "",
                password=self.connection.password,
                client_keys=[extra["key_file"]] if "key_file" in extra else None,
                passphrase=extra.get("private_key_passphrase"),
                known_hosts=known,
                # Only what the connection says: no agent, no ~/.ssh/config, no other keys of this user.
                agent_path=None,
                config=None,
                connect_timeout=CONNECT_SECONDS,
                login_timeout=CONNECT_SECONDS,
                keepalive_interval=SILENCE_SECONDS // 4,
            )
        except asyncssh.HostKeyNotVerifiable:
            raise _unverified(known, self.host, self.port, self.connection.name) from None
        except asyncssh.PermissionDenied:
            raise FetchError(
                f"connection {self.connection.name}: {self.host}:{self.port} refuses the login; renew the password "
                "or have the public key of key_file registered there"
            ) from None
        # Names as bytes: one undecodable name must not hide all others.
        self._sftp = await self._ssh.start_sftp_client(path_encoding=None)

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        with told(
            f"connection {self.connection.name}: {self.host}:{self.port} broke off or refuses {self.root}",
            _BROKEN,
            "nothing half is kept; run again",
        ):
            return self._runner.run(work)

    def _bytes(self, *parts: str) -> bytes:
        return b"/".join([self.root.encode(), *(part.encode(self.encoding, "surrogateescape") for part in parts)])

    async def _entries(self, *parts: str) -> list[tuple[str, asyncssh.SFTPAttrs]]:
        names = await asyncio.wait_for(self._sftp.readdir(self._bytes(*parts)), SILENCE_SECONDS)
        found = [
            (name.decode(self.encoding, "surrogateescape"), entry.attrs)
            for entry in names
            if isinstance(name := entry.filename, bytes) and name not in (b".", b"..")
        ]
        return sorted(found, key=lambda item: item[0])

    def files(self) -> Iterator[RemoteFile]:
        """Plain files at most one folder deep; links are passed over, bad names are passed on to be refused."""
        for name, attributes in self._run(self._entries()):
            mode = attributes.permissions or 0
            if stat.S_ISDIR(mode) and objection(name) is None:
                if is_unfinished(name):
                    continue
                for member, inner in self._run(self._entries(name)):
                    if stat.S_ISREG(inner.permissions or 0):
                        yield _listed((name, member), inner)
            elif stat.S_ISREG(mode) or stat.S_ISDIR(mode):
                yield _listed((name,), attributes)

    async def _open(self, path: bytes) -> asyncssh.SFTPClientFile:
        return await asyncio.wait_for(self._sftp.open(path, "rb", encoding=None), SILENCE_SECONDS)

    async def _read(self, stream: asyncssh.SFTPClientFile) -> bytes:
        block = await asyncio.wait_for(stream.read(4 * BLOCK), SILENCE_SECONDS)
        return block if isinstance(block, bytes) else block.encode()

    def download(self, file: RemoteFile, target: Path) -> None:
        """Copy one file and see that it was not changed meanwhile."""
        path = self._bytes(*file.parts)
        stream = self._run(self._open(path))
        try:
            write_whole(iter(lambda: self._run(self._read(stream)), b""), target, file.size)
        finally:
            if not self._ssh.is_closed():
                self._run(stream.close())
        if _listed(file.parts, self._run(self._sftp.stat(path))) != file:
            raise NotWhole(f"{target.name} changed while it was downloaded")


def _listed(parts: tuple[str, ...], attributes: asyncssh.SFTPAttrs) -> RemoteFile:
    modified = float(attributes.mtime or 0)
    return RemoteFile(parts, int(attributes.size or 0), str(attributes.mtime), modified)
