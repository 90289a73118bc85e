"""Numbers, and amounts of drugs with their units."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.codes import CodeTables
from pipelines.conform import numbers
from pipelines.conform.quantities import quantity
from pipelines.conform.text import clean


@pytest.mark.parametrize(
    ("amount", "unit", "kind", "base"),
    [
        ("0.5", "克", "weighed_gram", "0.5"),
        ("500", "mg", "weighed_gram", "0.5"),
        ("２", "两", "weighed_gram", "100"),
        ("1", "斤", "weighed_gram", "500"),
        ("1,234.5", "千克", "weighed_gram", "1234500"),
        ("1", "公斤", "weighed_gram", "1000"),
        ("0.02", "吨", "weighed_gram", "20000"),
        ("3", "升", "liquid_ml", "3000"),
        ("12", "株", "plant", "12"),
        ("3", "片", "estimated", "3"),
        ("5", "包", "estimated", "5"),
        ("0.5克", None, "weighed_gram", "0.5"),
        ("0.5 g", "克", "weighed_gram", "0.5"),
        ("1公斤", "千克", "weighed_gram", "1000"),
        ("三两", None, "weighed_gram", "150"),
        ("两两", None, "weighed_gram", "100"),
        ("半斤", None, "weighed_gram", "250"),
        ("十二", "克", "weighed_gram", "12"),
    ],
)
def test_what_can_be_read_exactly_is_read(
    tables: CodeTables, amount: str, unit: str | None, kind: str, base: str
) -> None:
    found = quantity(clean(amount), clean(unit), tables.units)
    assert (found.kind, found.base) == (kind, Decimal(base))


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        ("约3克", None),
        ("3-5克", None),
        ("3克多", None),
        ("数十克", None),
        ("2斤3两", None),
        ("500毫克", "克"),
        ("5%", "克"),
        ("1.5E+3", "克"),
        ("1.2.3", "克"),
        ("克", "克"),
        ("3", "坨"),
        ("3", None),
        (None, "克"),
        ("9" * 40, "克"),
    ],
)
def test_the_rest_has_no_quantity(tables: CodeTables, amount: str | None, unit: str | None) -> None:
    found = quantity(amount, unit, tables.units)
    assert (found.kind, found.base) == (None, None)
    assert found.amount is None or found.unit is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,234.5", "1234.5"),
        ("92.5%", "92.5"),
        ("-3", "-3"),
        (".5", "0.5"),
        ("1.2.3", None),
        ("12,34", None),
        ("1E+17", None),
        ("9" * 16, None),
        ("", None),
    ],
)
def test_a_number_is_read_whole_or_not_at_all(written: str, value: str | None) -> None:
    assert numbers.number(written) == (None if value is None else Decimal(value))


def test_whole_numbers_and_answers() -> None:
    assert (numbers.integer("12.0"), numbers.integer("12.5"), numbers.integer("9" * 30)) == (12, None, None)
    assert [numbers.yes_no(word) for word in ("是", "否", "Y", "0", "也许", None)] == [
        True,
        False,
        True,
        False,
        None,
        None,
    ]
