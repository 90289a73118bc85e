"""Small workbooks people fill in by hand: a form, answers of a queue. What agencies send is read in the sandbox."""

from __future__ import annotations

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
