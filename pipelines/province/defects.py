"""The defects of exports: one table with id, class and rate. Where and how each is planted stands beside its id.

Classes: `reject` (the row cannot be used), `repair` (it says the same in another way), `undetectable` (it is wrong and
nothing in the delivery shows it), `delivery_level` (the delivery as a whole is unusable).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

REJECT, REPAIR, UNDETECTABLE, DELIVERY = "reject", "repair", "undetectable", "delivery_level"
NONE, DEFAULT, HARD = "none", "default", "hard"


@dataclass(frozen=True)
class Defect:
    """A defect with its class and its rate: the share of the records, rows or cells it fits that have it.

    Delivery defects have no rate: each is planted at the deliveries `broken.py` names.
    """

    defect_id: str
    kind: str
    default: float
    hard: float


TABLE = (
    # Slips: the agency's record itself is wrong, in every delivery.
    Defect("name_sound", UNDETECTABLE, 0.004, 0.012),
    Defect("name_shape", UNDETECTABLE, 0.002, 0.006),
    # Under one number a name with a wrong character that neither sounds nor looks like the right one, and a number of
    # somebody else, are for a clerk alone, by the identity rules: more of them would measure the rates planted here.
    Defect("name_other_character", UNDETECTABLE, 0.001, 0.0015),
    Defect("name_traditional", UNDETECTABLE, 0.004, 0.01),
    Defect("name_order", UNDETECTABLE, 0.001, 0.004),
    Defect("name_shortened", UNDETECTABLE, 0.08, 0.2),
    Defect("birth_one_field_off", UNDETECTABLE, 0.005, 0.015),
    Defect("number_missing", UNDETECTABLE, 0.012, 0.03),
    Defect("number_missing_court", UNDETECTABLE, 0.06, 0.25),
    Defect("name_only_court", UNDETECTABLE, 0.006, 0.04),
    Defect("borrowed_number", UNDETECTABLE, 0.001, 0.001),
    Defect("number_of_a_filler", UNDETECTABLE, 0.0, 0.002),
    Defect("residence_outdated", UNDETECTABLE, 0.02, 0.05),
    Defect("hukou_code_retired", UNDETECTABLE, 0.008, 0.02),
    Defect("placeholder_number", REPAIR, 0.003, 0.01),
    # Ways of writing the same, row by row.
    Defect("number_of_15_digits", REPAIR, 0.006, 0.02),
    Defect("number_lower_x", REPAIR, 0.2, 0.4),
    Defect("number_apostrophe", REPAIR, 0.005, 0.02),
    Defect("number_full_width", REPAIR, 0.004, 0.01),
    Defect("number_spaces", REPAIR, 0.003, 0.01),
    Defect("name_spaces", REPAIR, 0.004, 0.01),
    Defect("name_dot_variant", REPAIR, 0.3, 0.6),
    Defect("date_form", REPAIR, 0.01, 0.04),
    Defect("date_serial", REPAIR, 0.002, 0.01),
    Defect("placeholder_word", REPAIR, 0.02, 0.06),
    Defect("placeholder_birth", REPAIR, 0.002, 0.006),
    Defect("document_brackets", REPAIR, 0.03, 0.1),
    Defect("old_units", REPAIR, 0.1, 0.3),
    Defect("thousands_separator", REPAIR, 0.05, 0.2),
    Defect("row_twice", REPAIR, 0.003, 0.01),
    # A sum that is not the number of those it stands for.
    Defect("occupied_miscounted", UNDETECTABLE, 0.03, 0.1),
    # Rows nobody can use.
    Defect("wrong_check_digit", REJECT, 0.001, 0.003),
    Defect("unknown_code", REJECT, 0.001, 0.003),
    Defect("unreadable_date", REJECT, 0.001, 0.003),
    Defect("missing_required", REJECT, 0.001, 0.003),
    Defect("impossible_amount", REJECT, 0.0015, 0.004),
    Defect("decision_without_date", REJECT, 0.001, 0.003),
    Defect("part_above_whole", REJECT, 0.001, 0.003),
    Defect("waybill_in_clear", REJECT, 0.02, 0.1),
    Defect("class_of_another", REJECT, 0.001, 0.003),
    Defect("credit_code_of_old", REJECT, 0.001, 0.003),
    Defect("too_few_fields", REJECT, 0.0005, 0.001),
    Defect("too_many_fields", REJECT, 0.0005, 0.001),
    Defect("contradicting_rows", REJECT, 0.0003, 0.001),
    # Deliveries nobody can use; a good one follows each.
    Defect("delivery_renamed", DELIVERY, 0.0, 0.0),
    Defect("archive_truncated", DELIVERY, 0.0, 0.0),
    Defect("wrong_encoding", DELIVERY, 0.0, 0.0),
    Defect("column_missing", DELIVERY, 0.0, 0.0),
    Defect("header_renamed", DELIVERY, 0.0, 0.0),
    Defect("rows_lost", DELIVERY, 0.0, 0.0),
    Defect("file_empty", DELIVERY, 0.0, 0.0),
    Defect("page_missing", DELIVERY, 0.0, 0.0),
    Defect("float_damage", DELIVERY, 0.0, 0.0),
    Defect("doctype_declared", DELIVERY, 0.0, 0.0),
)
KIND = {defect.defect_id: defect.kind for defect in TABLE}
# Slips that leave it to linkage whom a record is about.
IDENTITY_SLIPS = frozenset(
    defect.defect_id
    for defect in TABLE[: [d.defect_id for d in TABLE].index("number_of_15_digits")]
    if defect.defect_id not in ("residence_outdated", "name_traditional")
)


class Rates:
    """The rates of a level, and who is struck by them."""

    def __init__(self, level: str, rng: random.Random) -> None:
        self._level = level
        self._rng = rng

    def rate(self, defect_id: str) -> float:
        """The rate of a defect at this level."""
        if self._level == NONE:
            return 0.0
        defect = next(defect for defect in TABLE if defect.defect_id == defect_id)
        return defect.hard if self._level == HARD else defect.default

    def struck(self, defect_id: str, count: int) -> Iterator[int]:
        """Positions out of `count` that a defect strikes, each with its rate, found by jumping from one to the next."""
        rate = self.rate(defect_id)
        if rate <= 0.0:
            return
        place = -1
        scale = math.log1p(-rate)
        while True:
            place += 1 + int(math.log(1.0 - self._rng.random()) / scale)
            if place >= count:
                return
            yield place
