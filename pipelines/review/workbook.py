"""The queue as a workbook for clerks without the system, and their answers back. No cell is ever a formula."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font

from pipelines.ingest.workbooks import open_filled, save_private
from pipelines.link.clerk import Linkage
from pipelines.review.answer import DECISIONS, answer
from pipelines.review.queue import Pair
from pipelines.review.view import FIELDS, comparisons, values

SHEET = "review"
_PAIR = ("pair_id", "kind", "importance", "rows", "figures", "left_record", "right_record")
_SIDES = tuple(f"{side}_{field}" for field in FIELDS for side in ("left", "right"))
ANSWER, REASON = "answer", "reason"
HEADER = (ANSWER, REASON, *_PAIR, "comparisons", *_SIDES)
# A workbook of answers is small; what is larger is no such workbook.
LARGEST_BYTES = 64 << 20


@dataclass(frozen=True)
class Answered:
    """One answered row of a workbook."""

    line: int
    pair_id: str
    said: str
    reason: str


def write_workbook(linkage: Linkage, pairs: list[Pair], path: Path, *, unmasked: bool) -> None:
    """Write pairs with empty cells for answer and reason; the file is readable by its owner alone.

    Every cell is written as text and marked so, that a name such as `=1+1` stays a name in any office program.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    rows = [list(HEADER), *(_row(linkage, pair, unmasked=unmasked) for pair in pairs)]
    for line, cells in enumerate(rows, 1):
        for column, text in enumerate(cells, 1):
            cell = sheet.cell(line, column)
            cell.value, cell.data_type = text, "s"
            cell.quotePrefix = True
            cell.font = Font(bold=line == 1)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C2"
    save_private(book, path)


def _row(linkage: Linkage, pair: Pair, *, unmasked: bool) -> list[str]:
    left = values(linkage, pair.left_record, unmasked=unmasked)
    right = values(linkage, pair.right_record, unmasked=unmasked)
    said = "\n".join(
        f"{part.field}: {part.level}" + (f" ({part.weight:+.1f})" if part.weight is not None else "")
        for part in comparisons(linkage, pair)
    )
    facts = (pair.pair_id, pair.kind, pair.importance, pair.rows, " ".join(pair.figures))
    sides = [side[field] for field in FIELDS for side in (left, right)]
    return ["", "", *map(str, facts), pair.left_record, pair.right_record, said, *sides]


def read_workbook(path: Path) -> list[Answered]:
    """Rows with an answer. Raises ValueError naming the lines that cannot be taken; none of the file is taken then."""
    book = open_filled(path, LARGEST_BYTES)
    if SHEET not in book.sheetnames:
        raise ValueError(f"{path.name} has no sheet {SHEET!r}; use a workbook of `huiliu review export`")
    rows = book[SHEET].iter_rows(values_only=True)
    header = [str(name or "") for name in next(rows, ())]
    missing = [name for name in (ANSWER, REASON, "pair_id") if name not in header]
    if missing:
        raise ValueError(f"{path.name} has no column {', '.join(missing)}; use a workbook of `huiliu review export`")
    places = [header.index(name) for name in ("pair_id", ANSWER, REASON)]
    found, wrong = [], []
    for line, cells in enumerate(rows, 2):
        pair, said, reason = (str(cells[place] or "").strip() for place in places)
        if not said:
            continue
        if said not in DECISIONS or not reason or not pair:
            wrong.append(str(line))
        found.append(Answered(line, pair, said, reason))
    if wrong:
        raise ValueError(
            f"{path.name}: lines {', '.join(wrong)} need an answer of {', '.join(DECISIONS)} and a reason; nothing "
            "was taken from the file"
        )
    return found


def import_workbook(linkage: Linkage, path: Path, user: str) -> dict[str, int]:
    """Take the answers of a workbook; those this user gave before are left out, so a file may be taken twice.

    Raises ValueError for a row that cannot be taken (a pair unknown, a contradiction), after those before it.
    """
    rows = read_workbook(path)
    given = {row.pair_id for row in linkage.ledger.casework.answers() if row.answered_by == user}
    counts = {"taken": 0, "given before": 0}
    for row in rows:
        if row.pair_id in given:
            counts["given before"] += 1
            continue
        try:
            answer(linkage, row.pair_id, row.said, row.reason, user)
        except ValueError as error:
            raise ValueError(
                f"{path.name} line {row.line}: {error}; {counts['taken']} lines before it are taken"
            ) from None
        counts["taken"] += 1
    return counts
