"""A look at a workbook's parts as streams, before a library opens it.

A sheet of 1 KB that claims a cell at XFD1048576 takes all memory there is once a library lays it out; a cell with
an error such as #N/A comes out of the library empty. Both are plain to see in the XML.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from pipelines.ingest.reader.containers import member_blocks, open_archive
from pipelines.ingest.reader.rows import Unreadable

WIDEST_SHEET = 500
LONGEST_SHEET = 1_100_000
# Cells of the rectangle a sheet is laid out in, filled or not.
LARGEST_AREA = 20_000_000
# Text of all cells: a workbook keeps each distinct one once.
LARGEST_TEXTS = 256 << 20
MOST_PARTS = 2_000

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass
class Sheet:
    """The extent of the filled cells of one sheet, and where its error cells are (row, column from 1)."""

    height: int = 0
    width: int = 0
    errors: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Workbook:
    """Sheets by name, and whether serial dates count from 1904."""

    sheets: dict[str, Sheet]
    is_1904: bool


class _Cells:
    """Walks the cells of one sheet."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._row = self._column = 0
        self._is_error = False
        self.sheet = Sheet()

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        """A row, a cell or the value in it begins; places not stated follow the one before."""
        if tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif tag == "c":
            self._column += 1
            if found := _REFERENCE.fullmatch(attributes.get("r", "")):
                self._row, self._column = int(found[2]), _column(found[1])
            self._is_error = attributes.get("t") == "e"
        elif tag in ("v", "is"):
            self._filled()

    def _filled(self) -> None:
        sheet = self.sheet
        sheet.height, sheet.width = max(sheet.height, self._row), max(sheet.width, self._column)
        if self._is_error:
            sheet.errors.add((self._row, self._column))
        if sheet.height * sheet.width > LARGEST_AREA or sheet.width > WIDEST_SHEET or sheet.height > LONGEST_SHEET:
            raise Unreadable(
                f"{self._name} has a cell at row {self._row:,}, column {self._column:,}, far from its data; delete "
                "the rows and columns behind the data and save it again"
            )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _Parts:
    """The parts of one workbook's archive."""

    def __init__(self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limit: int, name: str) -> None:
        self._archive = archive
        self._limit = limit
        self._name = name
        self.members = {info.filename: info for info in members}

    def walk(self, part: str, element: Callable[[str, dict[str, str]], None]) -> None:
        """Call `element` with the bare name and attributes of each element of a part."""
        if part not in self.members:
            raise Unreadable(f"{self._name} is a ZIP archive but no whole .xlsx workbook; send the workbook itself")

        def refuse(*_: Any) -> None:
            raise Unreadable(f"{self._name} declares a document type (DOCTYPE); save it as a plain workbook")

        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
        parser.StartElementHandler = lambda tag, attributes: element(tag.rsplit(":", 1)[-1], attributes)
        try:
            for block in member_blocks(self._archive, self.members[part], self._limit, self._name):
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable(f"{self._name} is a damaged workbook; save it again") from None


def _sheet_parts(parts: _Parts) -> tuple[dict[str, str], bool]:
    """The part of each sheet by the sheet's name, and whether dates count from 1904."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}
    epochs: list[bool] = []

    def workbook(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            ids[attributes.get("name", "")] = next((v for k, v in attributes.items() if k.endswith(":id")), "")
        elif tag == "workbookPr":
            epochs.append(attributes.get("date1904", "0").lower() in ("1", "true"))

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            targets[attributes.get("Id", "")] = posixpath.join("/xl", attributes.get("Target", "")).lstrip("/")

    parts.walk(_WORKBOOK, workbook)
    parts.walk(_RELATIONS, relation)
    return {name: targets[rid] for name, rid in ids.items() if rid in targets}, any(epochs)


def scan(path: Path, limit: int) -> Workbook:
    """Scan every sheet. Raises Unreadable for what would harm a library or what is no workbook."""
    archive, members = open_archive(path, limit)
    with archive:
        parts = _Parts(archive, members, limit, path.name)
        texts = sum(info.file_size for info in members if info.filename.lower().endswith("sharedstrings.xml"))
        if texts > LARGEST_TEXTS or len(members) > MOST_PARTS:
            raise Unreadable(f"{path.name} has over {LARGEST_TEXTS >> 20} MB of texts; send it in smaller deliveries")
        names, is_1904 = _sheet_parts(parts)
        sheets = {}
        for name, part in names.items():
            cells = _Cells(path.name)
            parts.walk(part, cells.element)
            sheets[name] = cells.sheet
        for part in parts.members:
            if part.endswith((".xml", ".rels")) and part not in names.values():
                parts.walk(part, lambda _tag, _attributes: None)
    return Workbook(sheets, is_1904)
