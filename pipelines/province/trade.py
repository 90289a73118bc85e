"""Licences for precursors and what is sold under them.

Sales of the first class are filed within 5 days, of the others within 30 (易制毒化学品管理条例 19).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from pipelines.province.days import END, START, months_later
from pipelines.province.documents import Documents
from pipelines.province.lives import Licence, LicenceMonth, Lives, Sale
from pipelines.province.numbers import credit_code
from pipelines.province.places import random_county

FIRST_CLASS, SECOND_CLASS, THIRD_CLASS = "第一类", "第二类", "第三类"
CLASSES = (FIRST_CLASS, SECOND_CLASS, THIRD_CLASS)
PRECURSORS = {
    FIRST_CLASS: ("麻黄碱", "伪麻黄碱", "羟亚胺", "胡椒醛", "黄樟素"),
    SECOND_CLASS: ("醋酸酐", "三氯甲烷", "乙醚", "哌啶", "溴素"),
    THIRD_CLASS: ("甲苯", "丙酮", "高锰酸钾", "硫酸", "盐酸"),
}
_SELLING, _BUYING = ("生产", "经营"), ("购买", "运输")
FILED_IN_DAYS = {FIRST_CLASS: 5, SECOND_CLASS: 30, THIRD_CLASS: 30}
_LICENCES, _SALES = 58, 0.5
# Credit codes of enterprises begin here, far from those of venues.
_FIRST_SERIAL = 50_000_000
_LATE, _UNFILED = 0.06, 0.02


def _licence(rng: random.Random, number: int) -> Licence:
    """A licence of three years, some of which end or begin in these years; every second one is to sell."""
    county = random_county(rng)
    start = date(rng.randrange(2021, 2024), rng.randrange(1, 13), 1)
    return Licence(
        credit_code(county, _FIRST_SERIAL + number),
        f"{county}{start:%y}{number:04d}",
        county,
        rng.choice(_SELLING if number % 2 else _BUYING),
        CLASSES[number % 3],
        start,
        months_later(start, 36) if rng.random() < 0.8 else None,
        rng.random() < 0.3,
    )


def _months(rng: random.Random, licence: Licence) -> list[LicenceMonth]:
    """The reports about a licence, for every month of these years at whose end it is valid."""
    made = []
    for offset in range(36):
        last = months_later(START, offset + 1) - timedelta(days=1)
        if licence.valid_on(last):
            inspections = rng.choices((0, 1, 2), weights=(70, 25, 5))[0]
            made.append(LicenceMonth(licence, last, inspections))
    return made


def _sale(
    rng: random.Random, documents: Documents, selling: Callable[[date], list[Licence]], buyers: list[Licence]
) -> Sale | None:
    day = START + timedelta(days=rng.randrange((END - START).days + 1))
    valid = selling(day)
    if not valid:
        return None
    seller = rng.choice(valid)
    limit = FILED_IN_DAYS[seller.precursor_class]
    draw = rng.random()
    filed: date | None = day + timedelta(days=rng.randrange(0, limit + 1))
    if draw < _UNFILED:
        filed = None
    elif draw < _UNFILED + _LATE:
        filed = day + timedelta(days=rng.randrange(limit + 1, limit + 60))
    # Whole kilograms; only the first class is weighed in halves.
    is_first = seller.precursor_class == FIRST_CLASS
    kilograms = rng.randrange(1, 100) / 2 if is_first else float(rng.randrange(5, 5000, 5))
    name = rng.choice(PRECURSORS[seller.precursor_class])
    return Sale(documents.sale(day), seller, rng.choice(buyers).credit_code, name, kilograms, day, filed)


def trade(rng: random.Random, lives: Lives, documents: Documents) -> None:
    """Issue the licences, report them month by month, and sell under them."""
    licences = [_licence(rng, number) for number in range(1, _LICENCES + 1)]
    lives.licence_months = [month for licence in licences for month in _months(rng, licence)]
    sellers = [licence for licence in licences if licence.kind in _SELLING]

    @cache
    def selling(day: date) -> list[Licence]:
        return [licence for licence in sellers if licence.valid_on(day)]

    buyers = [licence for licence in licences if licence.kind in _BUYING]
    sales = (_sale(rng, documents, selling, buyers) for _ in range(round(len(lives.people) * _SALES)))
    lives.sales = [sale for sale in sales if sale is not None]
