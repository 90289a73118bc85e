"""Records of an XML document, streamed: every element at the contract's `recordPath`, its children as fields.

A document type is refused outright: entities, which are declared there, are how XML is made to explode or to
read other files, and no export needs one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from xml.parsers import expat

from pipelines.ingest.reader.containers import blocks_of, kind_of, readable
from pipelines.ingest.reader.rows import LONGEST_CELL, Rows, Unreadable

DEEPEST = 50
# Bytes of one record or of what lies between two, beyond which the document is no list of records.
LONGEST_RECORD = 8 << 20
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]{1,20})[\"'][^>]*\?>")


class _Records:
    """Handlers of one parse: keeps the path, and the fields of the record it is in."""

    def __init__(self, rows: Rows, path: list[str], name: str) -> None:
        self._rows = rows
        self._wanted = path
        self._name = name
        self._path: list[str] = []
        self._fields: dict[str, str | None] = {}
        self._text: list[str] = []
        self._length = 0
        self.found: dict[str, None] = {}
        self.number = 0
        self.parent_seen = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; attributes of a record are fields of it."""
        self._path.append(tag.rsplit(":", 1)[-1])
        if len(self._path) > DEEPEST:
            raise Unreadable(f"{self._name} is nested over {DEEPEST} deep; send the agreed document")
        self.parent_seen |= self._path == self._wanted[:-1]
        if self._path == self._wanted:
            self._fields = {key.rsplit(":", 1)[-1]: value for key, value in attributes.items()}
        self._text, self._length = [], 0

    def data(self, text: str) -> None:
        """Text within an element."""
        self._length += len(text)
        if self._length > LONGEST_CELL:
            raise Unreadable(f"{self._name} record {self.number + 1}: a value of over {LONGEST_CELL:,} characters")
        self._text.append(text)

    def end(self, _tag: str) -> None:
        """An element ends: a field, or a whole record."""
        depth = len(self._wanted)
        if len(self._path) == depth + 1 and self._path[:depth] == self._wanted:
            field = self._path[-1]
            if field in self._fields:
                raise Unreadable(f"{self._name} record {self.number + 1}: a field is there twice; send one of each")
            self._fields[field] = "".join(self._text) or None
        elif self._path == self._wanted:
            self.number += 1
            self.found.update(dict.fromkeys(self._fields))
            self._rows.add(self.number, [self._fields.get(header) for header in self._rows.agreed])
        self._text, self._length = [], 0
        self._path.pop()

    def refuse_doctype(self, *_: Any) -> None:
        """A document type begins."""
        raise Unreadable(f"{self._name} declares a document type (DOCTYPE); send plain XML without one")


def _parser(records: _Records) -> Any:
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartElementHandler = records.start
    parser.EndElementHandler = records.end
    parser.CharacterDataHandler = records.data
    parser.StartDoctypeDeclHandler = records.refuse_doctype
    parser.EntityDeclHandler = records.refuse_doctype
    return parser


def _decoder(head: bytes, name: str) -> codecs.IncrementalDecoder:
    declared = _DECLARED.match(head)
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if not encoding.startswith(("gb", "utf-8", "us-ascii")):
        raise Unreadable(f"{name} declares encoding {encoding}; send it in UTF-8 or GB18030")
    return codecs.getincrementaldecoder("gb18030" if encoding.startswith("gb") else "utf-8")()


def _parse(blocks: Iterator[bytes], records: _Records, name: str) -> None:
    first = next(blocks, b"").removeprefix(codecs.BOM_UTF8)
    if (kind := kind_of(first)) != "an XML document":
        raise Unreadable(f"{name} is {kind or 'no XML document'}; send the agreed XML")
    decoder, parser = _decoder(first, name), _parser(records)
    number, since = 0, 0
    for block in chain([first], blocks):
        parser.Parse(decoder.decode(block), False)
        number, since = records.number, since + len(block) if records.number == number else 0
        if since > LONGEST_RECORD:
            raise Unreadable(f"{name} record {number + 1} is over {LONGEST_RECORD >> 20} MB; send the agreed document")
    parser.Parse(decoder.decode(b"", final=True), True)


def read_xml(job: dict[str, Any], rows: Rows) -> None:
    """Records in document order; the line number of a record is its place among them."""
    path, options = Path(job["files"][0]), job["options"]
    wanted = [part for part in str(options["recordPath"]).split("/") if part]
    records = _Records(rows, wanted, path.name)
    rows.header(list(rows.agreed), path.name)
    try:
        with readable(path.name):
            _parse(blocks_of(path, options.get("container"), job["limit_bytes"]), records, path.name)
    except expat.ExpatError as error:
        said = expat.errors.messages[error.code]
        raise Unreadable(f"{path.name} line {error.lineno} is not well-formed XML ({said}); send it again") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path.name} is not in the encoding it declares; send it again") from None
    if not records.parent_seen:
        raise Unreadable(f"{path.name} has no element /{'/'.join(wanted[:-1])}; send the agreed document")
    if records.found:
        rows.found = list(records.found)
