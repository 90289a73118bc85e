"""Other ways of writing the same: what a reader has to repair, cell by cell."""

from __future__ import annotations

import random
from datetime import date

from pipelines.province.columns import BIRTH, COUNTED, DATES, DOCUMENTS, NAME, NUMBER
from pipelines.province.defects import Rates
from pipelines.province.deliveries import Row
from pipelines.province.numbers import short_form
from pipelines.province.records import Dataset

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_BRACKETS = (
    str.maketrans("()〔〕", "（）［］"),
    str.maketrans("()〔〕", "（）【】"),
    str.maketrans("()〔〕", "[][]"),
    str.maketrans("()〔〕0123456789", "（）〔〕０１２３４５６７８９"),
)
_NOTHING = ("不详", "无", "-", "—", "/")
_NO_DATE = ("1900-01-01", "1970-01-01", "9999-12-31")
_DOTS = "．•・‧"


def _is_resident(number: str) -> bool:
    return len(number) == 18 and number[:17].isdigit() and len(set(number)) > 1


def rewritten_number(rng: random.Random, number: str, defect_id: str) -> str | None:
    """A resident number as it should not be written, or None where the defect does not fit it."""
    if not _is_resident(number):
        return None
    match defect_id:
        case "number_of_15_digits":
            return short_form(number)
        case "number_lower_x":
            return number[:-1] + "x" if number[-1] == "X" else None
        case "number_apostrophe":
            return "'" + number
        case "number_full_width":
            return number.translate(_FULL_WIDTH)
    return rng.choice((f"{number[:6]} {number[6:14]} {number[14:]}", f"\u00a0{number}", f"{number}\u3000"))


def rewritten_name(rng: random.Random, name: str, defect_id: str) -> str | None:
    """A name with spaces inside or around it, or with another dot in the middle."""
    if defect_id == "name_dot_variant":
        return name.replace("·", rng.choice(_DOTS)) if "·" in name else None
    if name.isascii() or "·" in name:
        return name + "\u00a0" if name else None
    return rng.choice((name[0] + " " + name[1:], name[0] + "\u3000" + name[1:], name + "\u00a0"))


def rewritten_date(rng: random.Random, text: str, defect_id: str) -> str | None:
    """A date as `2021.3.5`, `20210305`, `21年3月5日`, `2021/3/5` or a serial of the 1900 date system."""
    if len(text) != 10 or text[4] != "-":
        return None
    day = date.fromisoformat(text)
    if defect_id == "date_serial":
        return str((day - date(1899, 12, 30)).days)
    short_year = f"{day:%y}年{day.month}月{day.day}日"
    return rng.choice(
        (
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y%m%d}",
            short_year,
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
        )
    )


def _other_unit(rng: random.Random, quantity: str, unit: str) -> tuple[str, str] | None:
    """The same weight in 两 (50 g), 斤 (500 g) or 公斤."""
    grams = float(quantity) * {"克": 1, "千克": 1000}.get(unit, 0)
    if grams <= 0:
        return None
    name, factor = rng.choice((("两", 50), ("斤", 500), ("公斤", 1000)))
    # Half a gram is a thousandth of a 斤, and no export shows more than three digits.
    if factor == 1000 and grams != int(grams):
        return None
    return f"{grams / factor:.3f}".rstrip("0").rstrip("."), name


class Rewriter:
    """Writes the cells of a delivery's rows otherwise. `note` is told of every row and defect."""

    def __init__(self, dataset: Dataset, rates: Rates, rng: random.Random) -> None:
        self._dataset = dataset
        self._rates = rates
        self._rng = rng

    def _cells(self, rows: list[Row], columns: list[int], defect_id: str) -> list[tuple[Row, int]]:
        """The cells a defect strikes, out of all cells of these columns."""
        struck = self._rates.struck(defect_id, len(rows) * len(columns))
        return [(rows[place // len(columns)], columns[place % len(columns)]) for place in struck] if columns else []

    def _columns(self, wanted: frozenset[str] | set[str]) -> list[int]:
        return [place for place, name in enumerate(self._dataset.header) if name in wanted]

    def _put(self, row: Row, place: int, value: str | None, defect_id: str) -> None:
        """Rewrite a cell once; a cell that a slip filled stays as the slip made it."""
        before = row.cells[place]
        if value is None or value == before or place in row.touched or (before and place in row.record.written):
            return
        row.cells[place] = value
        row.touched |= {place}
        row.defects.append(defect_id)

    def numbers_and_names(self, rows: list[Row]) -> None:
        """Defects of the person columns."""
        if not self._dataset.has_person:
            return
        number, name = self._dataset.place(NUMBER), self._dataset.place(NAME)
        ending_x = [row for row in rows if row.cells[number].endswith("X")]
        dotted = [row for row in rows if "·" in row.cells[name]]
        for defect_id in ("number_of_15_digits", "number_apostrophe", "number_full_width", "number_spaces"):
            for row, place in self._cells(rows, [number], defect_id):
                self._put(row, place, rewritten_number(self._rng, row.cells[place], defect_id), defect_id)
        for row, place in self._cells(ending_x, [number], "number_lower_x"):
            self._put(row, place, rewritten_number(self._rng, row.cells[place], "number_lower_x"), "number_lower_x")
        for row, place in self._cells(dotted, [name], "name_dot_variant"):
            self._put(row, place, rewritten_name(self._rng, row.cells[place], "name_dot_variant"), "name_dot_variant")
        for row, place in self._cells(rows, [name], "name_spaces"):
            self._put(row, place, rewritten_name(self._rng, row.cells[place], "name_spaces"), "name_spaces")

    def dates(self, rows: list[Row]) -> None:
        """Defects of the dates, and words and dates that stand for nothing."""
        for defect_id in ("date_form", "date_serial"):
            for row, place in self._cells(rows, self._columns(DATES), defect_id):
                self._put(row, place, rewritten_date(self._rng, row.cells[place], defect_id), defect_id)
        anywhere = list(range(self._dataset.key_width, len(self._dataset.header)))
        for row, place in self._cells(rows, anywhere, "placeholder_word"):
            if row.cells[place] == "":
                self._put(row, place, self._rng.choice(_NOTHING), "placeholder_word")
        if self._dataset.has_person:
            birth, number = self._dataset.place(BIRTH), self._dataset.place(NUMBER)
            for row, place in self._cells(rows, [birth], "placeholder_birth"):
                # Beside a resident number the birth is not lost.
                if _is_resident(row.cells[number]) and number not in row.record.written:
                    self._put(row, place, self._rng.choice(_NO_DATE), "placeholder_birth")

    def documents_and_amounts(self, rows: list[Row]) -> None:
        """Brackets of document numbers, old units, thousands separators."""
        for row, place in self._cells(rows, self._columns(DOCUMENTS), "document_brackets"):
            if row.cells[place]:
                value = row.cells[place].translate(self._rng.choice(_BRACKETS))
                self._put(row, place, value, "document_brackets")
        if "单位" in self._dataset.header:
            quantity, unit = self._dataset.place("数量"), self._dataset.place("单位")
            for row, _ in self._cells(rows, [unit], "old_units"):
                other = _other_unit(self._rng, row.cells[quantity], row.cells[unit])
                if other is not None and quantity not in row.touched and other[1] != row.cells[unit]:
                    row.cells[quantity] = other[0]
                    row.touched |= {quantity}
                    self._put(row, unit, other[1], "old_units")
        places = self._columns(COUNTED)
        large = [(row, place) for row in rows for place in places if _is_thousands(row.cells[place])]
        for position in self._rates.struck("thousands_separator", len(large)):
            row, place = large[position]
            whole, point, rest = row.cells[place].partition(".")
            self._put(row, place, f"{int(whole):,}{point}{rest}", "thousands_separator")

    def rewrite(self, rows: list[Row]) -> None:
        """Plant every defect of class repair that one row shows by itself."""
        self.numbers_and_names(rows)
        self.dates(rows)
        self.documents_and_amounts(rows)


def _is_thousands(text: str) -> bool:
    whole = text.partition(".")[0]
    return whole.isdigit() and len(whole) > 3
