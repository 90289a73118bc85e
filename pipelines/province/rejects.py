"""Rows nobody can use: codes of no table, impossible dates and amounts, missing values, broken rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from pipelines.province.columns import (
    AMOUNTS,
    BUYER_CODE,
    CREDIT_CODE,
    DATES,
    DECISIONS,
    NUMBER,
    PARTS,
    RESIDENCE,
    SUBSTANCE,
    SUBSTANCE_CLASS,
    UNKNOWN_CODES,
    WAYBILL,
)
from pipelines.province.defects import Rates
from pipelines.province.deliveries import Row
from pipelines.province.places import counties
from pipelines.province.records import DELETED, Dataset
from pipelines.province.trade import CLASSES

_NO_DATES = ("2025-13-45", "2024-02-31", "去年冬天", "20231301")
_NO_AMOUNTS = ("-5", "9" * 16, "很多")


class Spoiler:
    """Spoils rows of one dataset so that its contract must refuse them; a row is spoilt once."""

    def __init__(self, dataset: Dataset, rates: Rates, rng: random.Random) -> None:
        self._dataset = dataset
        self._rates = rates
        self._rng = rng

    def _outside_key(self, names: frozenset[str] | dict[str, str]) -> list[int]:
        columns = enumerate(self._dataset.header)
        return [place for place, name in columns if name in names and place >= self._dataset.key_width]

    def _check_digit(self, row: Row) -> bool:
        place = self._dataset.place(NUMBER)
        number = row.cells[place]
        if len(number) != 18 or not number[:17].isdigit() or place in row.record.written:
            return False
        wrong = self._rng.choice([digit for digit in "0123456789" if digit != number[-1]])
        row.cells[place] = number[:-1] + wrong
        return True

    def _one_of(self, places: list[int], row: Row, text: Callable[[int], str]) -> bool:
        """Put a text into one of the columns that hold something."""
        filled = [place for place in places if row.cells[place] != ""]
        if not filled:
            return False
        place = self._rng.choice(filled)
        row.cells[place] = text(place)
        return True

    def _decided(self, row: Row) -> bool:
        """Leave out the date or number that one of the row's decisions must come with."""
        header = self._dataset.header
        filled = [
            header.index(second)
            for first, decisions, second in DECISIONS
            if first in header and second in header and row.cells[header.index(first)] in decisions
        ]
        if not filled:
            return False
        row.cells[self._rng.choice(filled)] = ""
        return True

    def _part(self, row: Row) -> bool:
        """Let a part be more than the whole."""
        header = self._dataset.header
        pairs = [(header.index(part), header.index(whole)) for part, whole in PARTS if part in header]
        if not pairs:
            return False
        part, whole = self._rng.choice(pairs)
        row.cells[part] = str(int(row.cells[whole]) + self._rng.randrange(1, 50))
        return True

    def _classed(self, row: Row) -> bool:
        """Put a substance into a class that is not its own."""
        header = self._dataset.header
        if SUBSTANCE not in header:
            return False
        place = header.index(SUBSTANCE_CLASS)
        row.cells[place] = self._rng.choice([name for name in CLASSES if name != row.cells[place]])
        return True

    def _spoil(self, row: Row, defect_id: str) -> bool:
        """Plant a defect in a row; False where it does not fit."""
        rng, header = self._rng, self._dataset.header
        match defect_id:
            case "wrong_check_digit":
                return self._dataset.has_person and self._check_digit(row)
            case "unknown_code":
                places = self._outside_key(UNKNOWN_CODES)
                return self._one_of(places, row, lambda place: UNKNOWN_CODES[header[place]])
            case "unreadable_date":
                return self._one_of(self._outside_key(DATES), row, lambda _: rng.choice(_NO_DATES))
            case "missing_required":
                places = [self._dataset.place(name) for name in self._dataset.required]
                return self._one_of(places, row, lambda _: "")
            case "impossible_amount":
                return self._one_of(self._outside_key(AMOUNTS), row, lambda _: rng.choice(_NO_AMOUNTS))
            case "decision_without_date":
                return self._decided(row)
            case "part_above_whole":
                return self._part(row)
            case "waybill_in_clear":
                waybill = f"784-{rng.randrange(10**7, 10**8)}"
                return self._one_of(self._outside_key(frozenset({WAYBILL})), row, lambda _: waybill)
            case "class_of_another":
                return self._classed(row)
            case "credit_code_of_old":
                # The registration number of before 2015: fifteen digits.
                number = f"{rng.choice(counties())}{rng.randrange(10**9):09d}"
                return self._one_of(self._outside_key(frozenset({CREDIT_CODE, BUYER_CODE})), row, lambda _: number)
        if self._dataset.layout.format != "csv":
            return False
        if defect_id == "too_few_fields":
            del row.cells[rng.randrange(self._dataset.key_width, len(row.cells)) :]
        else:
            row.cells.insert(rng.randrange(self._dataset.key_width, len(row.cells)), rng.choice(("", "备注")))
        return True

    def spoil(self, rows: list[Row]) -> None:
        """Spoil rows in place. Deletions and corrections stay whole: what they leave behind must stay known."""
        for defect_id in (
            "wrong_check_digit", "unknown_code", "unreadable_date", "missing_required", "impossible_amount",
            "decision_without_date", "part_above_whole", "waybill_in_clear", "class_of_another", "credit_code_of_old",
            "too_few_fields", "too_many_fields",
        ):  # fmt: skip
            for place in self._rates.struck(defect_id, len(rows)):
                row = rows[place]
                if may_spoil(row) and self._spoil(row, defect_id):
                    row.defects, row.spoilt = [defect_id], True

    def contradict(self, rows: list[Row]) -> list[Row]:
        """The rows with a second, differing row of the same key put after some of them."""
        header = self._dataset.header
        places = [header.index(RESIDENCE)] if RESIDENCE in header else self._outside_key(AMOUNTS)
        struck = {place for place in self._rates.struck("contradicting_rows", len(rows)) if may_spoil(rows[place])}
        made = []
        for place, row in enumerate(rows):
            made.append(row)
            if place not in struck or not places:
                continue
            other = Row(row.record, list(row.cells), row.status)
            value = other.cells[places[0]]
            other.cells[places[0]] = (
                self._rng.choice([code for code in counties() if code != value])
                if RESIDENCE in header
                else str(Decimal(value.replace(",", "")) + 1)
            )
            for one in (row, other):
                one.defects, one.spoilt = ["contradicting_rows"], True
            made.append(other)
        return made


def may_spoil(row: Row) -> bool:
    """Whether a row can be spoilt without leaving a mistake standing that only this row takes back."""
    return not row.spoilt and row.status != DELETED and row.record.draft_until is None and row.record.dropped is None


def twice(rows: list[Row], rates: Rates) -> list[Row]:
    """The rows with exact repetitions of some of them."""
    struck = {place for place in rates.struck("row_twice", len(rows)) if not rows[place].spoilt}
    made = []
    for place, row in enumerate(rows):
        made.append(row)
        if place in struck:
            row.defects.append("row_twice")
            made.append(row)
    return made
