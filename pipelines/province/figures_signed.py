"""The figures offices sign for: a value stands for the division and period it was signed for, and for no other."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.province.counting import Figure
from pipelines.province.days import PERIODS
from pipelines.province.lives import Lives, Submission
from pipelines.province.places import places

# Units of each figure: the item that is signed, and of a share the item it is a share of.
SIGNED: dict[str, dict[str, tuple[str, str | None]]] = {
    "R1": {
        "meeting_party": ("R1_meetings_party", None),
        "meeting_government": ("R1_meetings_government", None),
        "meeting_commission": ("R1_meetings_commission", None),
        "unit": ("R1_member_units", None),
    },
    "R2": {"county": ("R2_listed", None), "share_passed": ("R2_passed", "R2_listed")},
    "R10": {"rank": ("R10_national_rank", None)},
    "R11": {"rank": ("R11_national_rank", None)},
    "R15": {"plot": ("R15_plots_confirmed", None)},
    "R21": {"person": ("R21_aided", None)},
    "R22": {"township": ("R22_townships", None), "share_compliant": ("R22_compliant", "R22_townships")},
    "R23": {
        "project_new": ("R23_projects_new", None),
        "project_renovated": ("R23_projects_renovated", None),
        "project_expanded": ("R23_projects_expanded", None),
    },
    "R28": {
        "yuan_drug_control": ("R28_budget_drug_control", None),
        "share_drug_control": ("R28_budget_drug_control", "R28_budget_total"),
        "share_publicity": ("R28_budget_publicity", "R28_budget_total"),
    },
    "R29": {
        "office_police": ("R29_host_police", None),
        "office_government": ("R29_host_government", None),
        "office_political_legal": ("R29_host_political_legal", None),
    },
    "R30": {
        "person": ("R30_staff_total", None),
        "share_nominal": ("R30_staff_nominal", "R30_staff_total"),
        "share_left": ("R30_staff_left", "R30_staff_total"),
    },
    "R31": {
        "share_hired": ("R31_medical_hired", "R31_medical_planned"),
        "share_left": ("R31_medical_left", "R31_medical_staff"),
        "share_allowance": ("R31_allowance_covered", "R31_medical_staff"),
    },
    "R32": {"case": ("R32_assisted_cases", None), "kilogram": ("R32_assisted_kg", None)},
    "R33": {
        "person": ("R33_arrests_total", None),
        "share_province": ("R33_arrests_province", "R33_arrests_total"),
    },
    "R36": {"case": ("R36_cases", None), "share_converted": ("R36_converted", "R36_cases")},
    "R47": {
        "share_drug_cases": ("R47_drug_cases", "R47_all_cases"),
        "share_drug_officers": ("R47_officers_drug", "R47_officers_all"),
    },
}


def signed_units(submission: Submission) -> Iterator[tuple[str, str]]:
    """The figures and units a signed value is the value of."""
    for indicator_id, units in SIGNED.items():
        for unit, (item, whole) in units.items():
            if item == submission.item and whole is None:
                yield indicator_id, unit


def signed_figures(lives: Lives) -> Iterator[Figure]:
    """Every signed figure of every division and period; none where nobody signed."""
    signed = {(found.region, found.period_id, found.item): found.value for found in lives.submissions}
    periods = [period.period_id for period in PERIODS]
    for indicator_id, units in SIGNED.items():
        for unit, (item, whole_item) in units.items():
            for region in places():
                for period_id in periods:
                    value = signed.get((region, period_id, item))
                    whole = signed.get((region, period_id, whole_item)) if whole_item else None
                    share = value
                    if whole_item:
                        share = value / whole if value is not None and whole else None
                    yield Figure(indicator_id, region, period_id, unit, value, whole, share)
