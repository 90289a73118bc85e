"""Files and what is packed in them: told by their first bytes, unpacked in blocks, within limits.

Nothing is ever unpacked to disk. A ZIP is refused for what only a mistake or an attack makes of it: names that
point outside, links, passwords, overlapping files, an archive in the archive, absurd ratios.
"""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipelines.ingest.reader.rows import Unreadable

BLOCK = 1 << 20
# Tables of real exports pack 5 to 60 times; a file of zeros packs about 1,000 times.
MOST_PACKED = 250
# Below this size the ratio does no harm.
SMALL = 64 << 20
_LOCAL_HEADER = 30

_KINDS = (
    (b"PK\x03\x04", "a ZIP archive or a workbook (.xlsx)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or password-protected Office file (such as .xls)"),
    (b"%PDF", "a PDF"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
_ARCHIVES = tuple(magic for magic, _ in _KINDS[:8])


def kind_of(head: bytes) -> str | None:
    """What a file really is by its first bytes, in words; None when it may be text of rows."""
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<script")):
        return "a web page (HTML)"
    if start.startswith(b"<?xml") or (start.startswith(b"<") and b">" in start):
        return "an XML document"
    if start.startswith((b"{", b"[")):
        return "JSON"
    zeros = head[:512].count(0)
    if zeros * 4 > len(head[:512]) > 0:
        return "text in UTF-16 or UTF-32, or a binary file"
    return None


def head_of(path: Path) -> bytes:
    """The first bytes of a file. Raises Unreadable when it has none."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise Unreadable(f"{path.name} is empty (0 bytes); export it again")
    return head


def _blocks(stream: Any, packed: int, limit: int, name: str) -> Iterator[bytes]:
    """The bytes of a stream in blocks, until they are too many or too many for what they were packed in."""
    total = 0
    while block := stream.read(BLOCK):
        total += len(block)
        if total > limit:
            raise Unreadable(f"{name} unpacks to more than {limit >> 20} MB; send it in smaller deliveries")
        if total > SMALL and total > packed * MOST_PACKED:
            raise Unreadable(f"{name} unpacks to more than {MOST_PACKED} times its size; send the real export")
        yield block


def _check_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limit: int, name: str) -> None:
    """Refuse an archive by its directory, before a byte is unpacked."""
    for info in members:
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or parts[0].endswith(":") or stat.S_ISLNK(info.external_attr >> 16):
            raise Unreadable(f"{name} holds a file whose name points outside the archive; pack the plain file")
        if info.flag_bits & 0x1:
            raise Unreadable(f"{name} is locked with a password; send it unlocked")
    if sum(info.file_size for info in members) > limit:
        raise Unreadable(f"{name} unpacks to more than {limit >> 20} MB; send it in smaller deliveries")
    ordered = sorted(archive.infolist(), key=lambda info: info.header_offset)
    ends = [info.header_offset + _LOCAL_HEADER + info.compress_size for info in ordered]
    starts = [*(info.header_offset for info in ordered[1:]), archive.start_dir]
    if any(end > start for end, start in zip(ends, starts, strict=True)):
        raise Unreadable(f"{name} is damaged: its files overlap; pack it again")
    if any(a.filename == b.filename for a, b in pairwise(sorted(members, key=lambda info: info.filename))):
        raise Unreadable(f"{name} holds two files of one name; pack it again")


def open_archive(path: Path, limit: int) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """An archive that passed the checks, and its files in name order."""
    archive = zipfile.ZipFile(path)
    members = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
    _check_members(archive, members, limit, path.name)
    return archive, members


def member_blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, name: str) -> Iterator[bytes]:
    """The bytes of one file of an archive; another archive inside is refused."""
    with archive.open(info) as stream:
        blocks = _blocks(stream, info.compress_size, limit, name)
        first = next(blocks, b"")
        if first.startswith(_ARCHIVES):
            raise Unreadable(f"{name} holds {kind_of(first)} inside; pack the export itself")
        yield first
        yield from blocks


def _zip_streams(path: Path, limit: int, *, parts: bool) -> Iterator[Iterator[bytes]]:
    archive, members = open_archive(path, limit)
    with archive:
        if not members or (len(members) > 1 and not parts):
            raise Unreadable(f"{path.name} holds {len(members)} files; send exactly one")
        for info in members:
            yield member_blocks(archive, info, limit, path.name)


def streams(path: Path, container: str | None, limit: int, *, parts: bool = False) -> Iterator[Iterator[bytes]]:
    """The blocks of each file in a container: one, or several where the contract allows `parts`.

    Damage shows while blocks are read, so `readable` goes around that.
    """
    head, size = head_of(path), path.stat().st_size
    if container == "zip":
        if not head.startswith(b"PK"):
            raise Unreadable(f"{path.name} is {kind_of(head) or 'no ZIP archive'}; send a ZIP with the export in it")
        yield from _zip_streams(path, limit, parts=parts)
    elif container == "gzip":
        if not head.startswith(b"\x1f\x8b"):
            raise Unreadable(f"{path.name} is {kind_of(head) or 'not packed'}; send it packed with gzip")
        with gzip.open(path) as packed:
            yield _blocks(packed, size, limit, path.name)
    else:
        with path.open("rb") as plain:
            yield _blocks(plain, size, limit, path.name)


def blocks_of(path: Path, container: str | None, limit: int) -> Iterator[bytes]:
    """The blocks of the one file in a container."""
    for blocks in streams(path, container, limit):
        yield from blocks


class readable:
    """Turns the errors of damaged containers into one Unreadable that names the file."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        damaged = isinstance(error, (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error))
        if damaged or (isinstance(error, OSError) and not error.errno):
            raise Unreadable(f"{self.name} is damaged or cut off ({type(error).__name__}); send it again") from None
        if isinstance(error, (NotImplementedError, RuntimeError)) and not isinstance(error, RecursionError):
            raise Unreadable(f"{self.name} is packed in a way that cannot be read; use plain ZIP or gzip") from None
