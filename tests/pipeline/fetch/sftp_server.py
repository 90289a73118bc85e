"""A real SSH server with SFTP below one folder, in a process of its own.

`python sftp_server.py ROOT HOST_KEY AUTHORIZED_KEYS NAMES` prints its port and serves until it is ended. The user
is `police`, the password `s3cret:/@`. Every name of the JSON list in the file NAMES is added to the listing of
police_drug_user, so that a test can play a server that tells lies.
"""

from __future__ import annotations

import asyncio
import json
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh


class Login(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("police", "s3cret:/@")


def sftp_of(root: str, names: Path) -> type[asyncssh.SFTPServer]:
    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: asyncssh.SSHServerChannel) -> None:
            super().__init__(channel, chroot=root.encode())

        async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
            async for entry in super().scandir(path):
                yield entry
            lies = names.exists() and path.endswith(b"police_drug_user")
            for name in json.loads(names.read_text()) if lies else []:
                attributes = asyncssh.SFTPAttrs(size=3, permissions=stat.S_IFREG | 0o644, mtime=1)
                yield asyncssh.SFTPName(name.encode("latin-1"), attrs=attributes)

    return Files


async def serve(root: str, host_key: str, authorized: str, names: str) -> None:
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=Login,
        server_host_keys=[host_key],
        authorized_client_keys=authorized,
        sftp_factory=sftp_of(root, Path(names)),
    )
    print(server.get_port(), flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
