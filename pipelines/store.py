"""Where things lie under the run-time home, and how a result is put in place whole.

Layout: `private/` (mode 0700: landing, staging, quarantine, records, identity, parsed, candidate, keys, vault
releases) and `releases/`. Every result is a folder with a `receipt.json`, written beside its place and
moved in by rename, so a step that dies leaves nothing half done.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

Json = dict[str, Any]


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fingerprint(parts: object) -> str:
    """First 16 hex digits of the SHA-256 of a JSON-serialisable value: the name of a result by its inputs."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_json(path: Path) -> Json:
    """The JSON object of a file; empty when the file is absent."""
    if not path.exists():
        return {}
    value: Json = json.loads(path.read_text(encoding="utf-8"))
    return value


def write_json(path: Path, value: Json) -> None:
    """Write a JSON file by rename, so a reader sees the former or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    fresh.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(fresh, path)


@contextmanager
def fresh_folder(final: Path) -> Iterator[Path]:
    """A new folder that takes the place of `final` when the block ends well, and vanishes when it fails."""
    final.parent.mkdir(parents=True, exist_ok=True)
    fresh = final.with_name(f".{final.name}.{uuid4().hex}")
    fresh.mkdir()
    try:
        yield fresh
        former = final.with_name(f".{final.name}.former.{uuid4().hex}")
        if final.exists():
            os.rename(final, former)
        os.rename(fresh, final)
        shutil.rmtree(former, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def repoint(link: Path, target: str) -> None:
    """Make the symlink `link` point at `target` (relative) in one rename."""
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f".{link.name}.{uuid4().hex}")
    fresh.symlink_to(target)
    os.replace(fresh, link)


class Store:
    """The folders under one run-time home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.private = home / "private"
        self.landing = self.private / "landing"
        self.judged = self.private / "judged"
        self.staging = self.private / "staging"
        self.quarantine = self.private / "quarantine"
        self.records = self.private / "records"
        self.identity = self.private / "identity"
        self.parsed = self.private / "parsed"
        self.candidate = self.private / "candidate"
        self.keys = self.private / "keys"
        self.private_releases = self.private / "releases"
        self.releases = home / "releases"

    def prepare(self) -> None:
        """Make the home; everything with an identity in it is readable by its owner alone."""
        self.private.mkdir(parents=True, exist_ok=True)
        self.private.chmod(0o700)
        self.releases.mkdir(exist_ok=True)

    def key(self, name: str) -> bytes:
        """The secret key `name` of this environment, made on first use (32 random bytes, mode 0600)."""
        path = self.keys / f"{name}.key"
        self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # Exclusive creation: of two tasks that start together one makes the key, the other reads it.
            fresh = self.keys / f".{name}.{uuid4().hex}"
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(secrets.token_bytes(32))
            try:
                os.link(fresh, path)
            finally:
                fresh.unlink()
        except FileExistsError:
            pass
        return path.read_bytes()

    def staging_of(self, dataset: str, delivery_id: str) -> Path:
        """Folder with rows.parquet and receipt.json of one staged delivery."""
        return self.staging / dataset / delivery_id

    def quarantine_of(self, dataset: str, delivery_id: str) -> Path:
        """Folder with rows.parquet of one delivery's quarantine."""
        return self.quarantine / dataset / delivery_id
