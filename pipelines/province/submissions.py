"""What the anti-drug offices of the province and its prefectures submit, quarter by quarter, as signed values."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province import names
from pipelines.province.counting import tally
from pipelines.province.days import END, PERIODS, Period
from pipelines.province.figures_register import first_registrations, registration_entries
from pipelines.province.lives import Lives, Submission
from pipelines.province.places import PROVINCE, places

# Items an office submits each quarter: the most a prefecture has of it, or the item it is a part of.
_ITEMS: dict[str, int | str] = {
    "R1_meetings_party": 5,
    "R1_meetings_government": 5,
    "R1_meetings_commission": 5,
    "R1_member_units": 30,
    "R2_listed": 4,
    "R2_passed": "R2_listed",
    "R15_plots_confirmed": 2,
    "R21_aided": 300,
    "R22_townships": 150,
    "R22_compliant": "R22_townships",
    "R23_projects_new": 3,
    "R23_projects_renovated": 3,
    "R23_projects_expanded": 3,
    "R28_budget_total": 9_000_000_000,
    "R28_budget_drug_control": "R28_budget_total",
    "R28_budget_publicity": "R28_budget_drug_control",
    "R29_host_police": 12,
    "R29_host_government": 2,
    "R29_host_political_legal": 2,
    "R30_staff_total": 120,
    "R30_staff_nominal": "R30_staff_total",
    "R30_staff_left": "R30_staff_total",
    "R31_medical_planned": 40,
    "R31_medical_hired": "R31_medical_planned",
    "R31_medical_staff": 60,
    "R31_medical_left": "R31_medical_staff",
    "R31_allowance_covered": "R31_medical_staff",
    "R36_cases": 30,
    "R36_converted": "R36_cases",
    "R47_all_cases": 4000,
    "R47_drug_cases": "R47_all_cases",
    "R47_officers_all": 3000,
    "R47_officers_drug": "R47_officers_all",
}
# What only the province knows, of its rank and of other provinces.
_PROVINCE_ITEMS: dict[str, int | str] = {
    "R10_national_rank": 31,
    "R11_national_rank": 31,
    "R32_assisted_cases": 200,
    "R32_assisted_kg": 500,
    "R33_arrests_total": 900,
    "R33_arrests_province": "R33_arrests_total",
}

# Stocks and the flow of the register of drug users an office also keeps count of.
_REGISTER_UNITS = ("person_cumulative", "person_current", "person_new")


def _values(rng: random.Random, items: dict[str, int | str]) -> dict[str, int]:
    """A value of every item; a part is never above its whole, and a rank is at least the first."""
    values: dict[str, int] = {}
    for item, most in items.items():
        whole = values[most] if isinstance(most, str) else most
        values[item] = rng.randint(1 if item.endswith("rank") else 0, whole)
    return values


def _signature(rng: random.Random, region: str, end: date) -> tuple[str, str, date]:
    """Who signs what an office submits of a period, the office, and the day."""
    signed = min(end + timedelta(days=rng.randrange(1, 11)), END)
    return names.surname(rng) + names.given_name(rng, "1"), f"{places()[region].name}禁毒委员会办公室", signed


def _offices() -> list[tuple[str, Period]]:
    """The province and its prefectures, each with every quarter."""
    regions = [code for code, place in places().items() if place.level in ("province", "prefecture")]
    return [(region, period) for region in regions for period in PERIODS if "Q" in period.period_id]


def submit(rng: random.Random) -> list[Submission]:
    """What the province and its prefectures submit for every quarter."""
    made = []
    for region, period in _offices():
        signature = _signature(rng, region, period.end)
        last = period.end - timedelta(days=1)
        items = _ITEMS | _PROVINCE_ITEMS if region == PROVINCE else _ITEMS
        made += [
            Submission(region, period.period_id, last, item, float(value), *signature)
            for item, value in _values(rng, items).items()
        ]
    return made


def submit_register(rng: random.Random, lives: Lives) -> list[Submission]:
    """How many drug users the offices say are registered, three values a quarter: as many as there are."""
    counted = tally(entry for row in first_registrations(lives) for entry in registration_entries(row))
    made = []
    for region, period in _offices():
        signature = _signature(rng, region, period.end)
        last = period.end - timedelta(days=1)
        for unit in _REGISTER_UNITS:
            value, _ = counted.get(("R24", region, period.period_id, unit), (0.0, 0.0))
            made.append(Submission(region, period.period_id, last, f"R24_{unit}", value, *signature))
    return made
