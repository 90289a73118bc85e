"""Slips: what an agency wrote wrongly into its own record about a person, and repeats in every delivery."""

from __future__ import annotations

import random
from datetime import date

from pipelines.province import names
from pipelines.province.columns import BIRTH, HUKOU, ID_TYPE, NAME, NUMBER, RESIDENCE, SEX
from pipelines.province.defects import Rates
from pipelines.province.numbers import resident_number
from pipelines.province.people import RESIDENT, Person
from pipelines.province.places import code_in_year, random_county
from pipelines.province.records import Dataset, Record

# One valid number that clerks type when they have none.
FILLER = resident_number("430102", date(1980, 1, 1), 1)
_NO_DOCUMENT = "无证件"


def _birth_off(rng: random.Random, birth: date) -> date:
    """A birth with the year, the month or the day wrong, or with day and month changed round."""
    while True:
        match rng.randrange(4):
            case 0:
                year, month, day = birth.year + rng.choice((-10, -1, 1, 10)), birth.month, birth.day
            case 1:
                year, month, day = birth.year, rng.randrange(1, 13), birth.day
            case 2:
                year, month, day = birth.year, birth.month, rng.randrange(1, 29)
            case _:
                year, month, day = birth.year, birth.day, birth.month
        if 1950 <= year <= 2015 and 1 <= month <= 12 and day <= 28 and (year, month, day) != birth.timetuple()[:3]:
            return date(year, month, day)


class Clerk:
    """Writes slips into the records of one dataset."""

    def __init__(self, dataset: Dataset, rng: random.Random, people: list[Person]) -> None:
        self._place = {name: dataset.place(name) for name in (NAME, ID_TYPE, NUMBER, BIRTH, SEX, HUKOU, RESIDENCE)}
        self._rng = rng
        self._people = people

    def _name(self, person: Person, slip: str) -> str | None:
        rng, name = self._rng, person.name
        is_han = "·" not in name and not name.isascii()
        if person.former_name:
            return None
        if slip == "name_shortened":
            return name.split("·")[0] if "·" in name else None
        if not is_han:
            return None
        match slip:
            case "name_sound" | "name_shape" | "name_traditional":
                surname, given = names.split_name(name)
                written = names.miswritten(rng, given, slip.removeprefix("name_"))
                return surname + written if written and written != given else None
            case "name_order":
                return name[:-2] + name[-1] + name[-2] if len(name) > 2 and name[-1] != name[-2] else None
        return names.another_character(rng, name, person.sex)

    def _lender(self, person: Person) -> Person | None:
        """Somebody of the same sex whose number a person may show: a stranger some years older or younger."""
        for _ in range(20):
            other = self._rng.choice(self._people)
            if other.kind == RESIDENT and other.sex == person.sex and other is not person:
                return other
        return None

    def _changes(self, person: Person, slip: str) -> dict[str, str] | None:
        """What the columns hold instead, or None where the slip does not fit the person."""
        rng = self._rng
        if slip.startswith("name_") and slip != "name_only_court":
            name = self._name(person, slip)
            return {NAME: name} if name else None
        match slip:
            case "birth_one_field_off":
                return {BIRTH: _birth_off(rng, person.birth).isoformat()}
            case "number_missing" | "number_missing_court":
                return {ID_TYPE: rng.choice(("", _NO_DOCUMENT)), NUMBER: ""}
            case "name_only_court":
                return dict.fromkeys((ID_TYPE, NUMBER, BIRTH, SEX, HUKOU, RESIDENCE), "")
            case "number_of_a_filler":
                return {ID_TYPE: RESIDENT, NUMBER: FILLER}
            case "placeholder_number":
                return {NUMBER: rng.choice("0123459") * 18} if person.kind == RESIDENT else None
            case "residence_outdated":
                return {RESIDENCE: random_county(rng)}
            case "hukou_code_retired":
                code = code_in_year(person.hukou, 1990)
                return {HUKOU: code} if code != person.hukou else None
        lender = self._lender(person) if slip == "borrowed_number" and person.kind == RESIDENT else None
        return {NUMBER: lender.number} if lender else None

    def write(self, records: list[Record], slip: str, positions: list[int]) -> None:
        """Write one kind of slip into the records at these positions where it fits; one slip per column."""
        for position in positions:
            record = records[position]
            if record.person is None:
                continue
            changes = self._changes(record.person, slip)
            if changes is None or any(self._place[name] in record.written for name in changes):
                continue
            record.written |= {self._place[name]: text for name, text in changes.items()}
            record.slips.append(slip)
            if slip == "borrowed_number":
                record.trap = "borrowed_number"


_OCCUPIED = "在所人数"


def miscount(records: list[Record], place: int, rates: Rates, rng: random.Random) -> None:
    """Let reports of facilities say more people than they hold."""
    for position in rates.struck("occupied_miscounted", len(records)):
        record = records[position]
        record.written[place] = str(int(record.cells(record.known[-1])[place]) + rng.randrange(1, 6))
        record.slips.append("occupied_miscounted")


_ANYWHERE = (
    "name_sound", "name_shape", "name_other_character", "name_traditional", "name_order", "name_shortened",
    "birth_one_field_off", "residence_outdated", "hukou_code_retired", "placeholder_number", "number_of_a_filler",
)  # fmt: skip


def make_slips(dataset: Dataset, records: list[Record], people: list[Person], rates: Rates, rng: random.Random) -> None:
    """Plant every slip that fits the dataset: courts miss numbers most, arrested people show numbers of others."""
    if _OCCUPIED in dataset.header:
        miscount(records, dataset.place(_OCCUPIED), rates, rng)
    if not dataset.has_person:
        return
    clerk = Clerk(dataset, rng, people)
    is_court = dataset.name in ("court_judgment", "court_delivery")
    own = ("name_only_court", "number_missing_court") if is_court else ("number_missing",)
    arrested = ("borrowed_number",) if dataset.agency == "police" else ()
    for slip in (*own, *arrested, *_ANYWHERE):
        clerk.write(records, slip, list(rates.struck(slip, len(records))))
