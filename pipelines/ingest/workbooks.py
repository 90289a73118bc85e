"""Small workbooks for people: given out, filled in by hand, taken back. What agencies send is read in the sandbox."""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import BadZipFile

import openpyxl

from pipelines.ingest.reader.rows import Unreadable
from pipelines.ingest.reader.workbook_scan import scan


def open_filled(path: Path, largest_bytes: int) -> openpyxl.Workbook:
    """Open a workbook for reading its values. Raises ValueError when it is damaged, too large or made to do harm."""
    try:
        scan(path, largest_bytes)
    except (Unreadable, BadZipFile) as error:
        raise ValueError(f"{path.name} cannot be read as a workbook: {error}") from None
    return openpyxl.load_workbook(path, read_only=True, data_only=True)


def save_private(book: openpyxl.Workbook, path: Path) -> None:
    """Save a workbook readable by its owner alone; one of that name is replaced whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    book.save(fresh)
    os.replace(fresh, path)
