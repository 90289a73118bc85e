"""The true figures, counted from the lives alone, for every division of the province, every period and every unit.

The chapters say what counts: criminal cases, people nobody holds, drug users, treatment, places and trade, and what
offices sign for. R32 is about the exports themselves: of those due in a period, the ones that came in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from statistics import median

from pipelines.province.counting import Cell, Entry, Figure, collect, on, part, tally
from pipelines.province.days import PERIODS
from pipelines.province.deliveries import Delivery
from pipelines.province.figures_cases import case_entries
from pipelines.province.figures_custody import custody_entries, unheld_terms
from pipelines.province.figures_places import place_entries
from pipelines.province.figures_register import ages, register_entries
from pipelines.province.figures_signed import SIGNED, signed_figures
from pipelines.province.figures_treatment import treatment_entries
from pipelines.province.lives import Lives
from pipelines.province.places import PROVINCE, places

_SAMPLED = ("median_age", "longest_term_months")
# Units that are amounts of another size than they are counted in.
_SCALES = {"tonne": 1_000_000.0, "tonne_precursor": 1_000_000.0, "litre_liquid": 1000.0}
_COUNTED: dict[str, tuple[str, ...]] = {
    "R3": ("case",),
    "R4": ("person", "event"),
    "R5": ("tonne", "litre_liquid", "plant", "tonne_precursor"),
    "R6": ("person", "event"),
    "R7": ("person", "event"),
    "R8": ("case", "person", "event"),
    "R9": ("person", "event"),
    "R11": ("person", "event"),
    "R12": ("checkpoint", "checkpoint_entry", "checkpoint_midway"),
    "R13": ("parcel", "share_traced"),
    "R14": ("venue", "lead", "share_filed"),
    "R16": ("licence", "share_inspected", "share_late_filing"),
    "R17": ("person",),
    "R18": ("person_decided", "event_decided", "person_police", "event_police", "person_justice", "event_justice"),
    "R19": ("person", "share_in_execution"),
    "R20": ("event",),
    "R23": ("facility", "bed"),
    "R24": ("person_cumulative", "person_current", "person_abstinent", "person_new"),
    "R25": (
        "share_synthetic", "share_methamphetamine", "share_methamphetamine_tablet", "share_ketamine",
        "share_mdma_group", "share_etomidate", "share_heroin",
    ),
    "R26": ("median_age", "share_under_18", "share_under_25", "share_under_35"),
    "R27": ("share_criminal", "share_recidivist", "share_drug_recidivist"),
    "R32": ("share_on_time",),
    "R34": ("share_real_name", "share_inspected", "share_scanned"),
    "R35": (
        "share_arrest_refused", "share_not_charged", "share_returned", "share_offence_changed", "share_acquitted",
    ),
    "R37": ("share_not_admitted", "person_again"),
    "R38": ("person", "person_drug"),
    "R39": (
        "person_to_3_years", "person_to_7_years", "person_to_15_years", "person_over_15_years", "longest_term_months",
    ),
    "R40": ("share_refused", "share_swallowed", "share_no_certificate", "share_stayed"),
    "R41": ("occupancy",),
    "R42": ("person",),
    "R43": ("event", "share_refused", "share_refused_medical"),
    "R44": ("share_reported", "share_tested", "share_unreachable"),
    "R45": ("share_separated", "share_reported_separated", "share_reported_together"),
    "R46": ("share_supported", "share_again_1_year", "share_again_3_years"),
}  # fmt: skip
# The units of all 47 figures.
UNITS = {f"R{n}": (*_COUNTED.get(f"R{n}", ()), *SIGNED.get(f"R{n}", ())) for n in range(1, 48)}


def delivery_entries(deliveries: Iterable[Delivery]) -> Iterator[Entry]:
    """Where exports count that were due."""
    for delivery in deliveries:
        in_time = delivery.received <= delivery.due
        yield part("R32", "share_on_time", PROVINCE, on(delivery.due.date()), counts=in_time)


def count_entries(lives: Lives) -> Iterator[Entry]:
    """Everything in the lives that counts in a figure."""
    return chain(
        case_entries(lives), custody_entries(lives), register_entries(lives), treatment_entries(lives),
        place_entries(lives),
    )  # fmt: skip


def _counted(cell: Cell, amount: float, whole: float) -> Figure:
    unit = cell[3]
    if unit == "occupancy" or unit.startswith("share_"):
        return Figure(*cell, amount, whole, amount / whole if whole else None)
    scale = _SCALES.get(unit)
    return Figure(*cell, amount, scale, amount / scale if scale else amount)


def _sampled(cell: Cell, values: list[int | None]) -> Figure:
    known = [value for value in values if value is not None]
    middle = (float(median(known)) if cell[3] == "median_age" else float(max(known))) if known else None
    return Figure(*cell, middle, float(len(values)), middle)


def count_figures(lives: Lives, deliveries: Iterable[Delivery]) -> list[Figure]:
    """Every figure of every division, period and unit, zeros included; `deliveries` are those that were due."""
    amounts = tally(chain(count_entries(lives), delivery_entries(deliveries)))
    samples = collect(chain(ages(lives), unheld_terms(lives)))
    made = list(signed_figures(lives))
    periods = [period.period_id for period in PERIODS]
    for indicator_id, units in _COUNTED.items():
        for region in places():
            for period_id in periods:
                for unit in units:
                    cell = (indicator_id, region, period_id, unit)
                    if unit in _SAMPLED:
                        made.append(_sampled(cell, samples.get(cell, [])))
                    else:
                        made.append(_counted(cell, *amounts.get(cell, (0.0, 0.0))))
    return made
