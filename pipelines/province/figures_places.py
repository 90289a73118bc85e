"""What counts in the figures of places and trade: R12 to R14, R16, R20, R23, R34, R41.

Definitions: R12 checkpoints open on the last day; R13 parcels stopped at airports, and those of them traced; R14 venues
inspected, leads by day sent, and those of them the police filed a case on; R16 licences for precursors of a period,
those inspected in it, sales filed after their limit (易制毒条例 19); R20 voluntary rehabilitation since the opening and
R41 people per bed as facilities report the last month; R23 special-care centres and beds on the last day; R34 items
the post sent under a verified name, inspected and scanned.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import zip_longest

from pipelines.province.counting import Entry, on, part, reported, standing
from pipelines.province.days import END
from pipelines.province.institutions import CENTRE, ENTRY
from pipelines.province.lives import (
    Checkpoint,
    Facility,
    Inspection,
    Interception,
    LicenceMonth,
    Lives,
    PostalMonth,
    RehabMonth,
    Sale,
)
from pipelines.province.trade import FILED_IN_DAYS


def checkpoint_entries(checkpoint: Checkpoint) -> Iterator[Entry]:
    """Where a checkpoint counts."""
    periods = standing(checkpoint.opened, checkpoint.closed)
    kind = "checkpoint_entry" if checkpoint.kind == ENTRY else "checkpoint_midway"
    yield Entry("R12", "checkpoint", checkpoint.county, periods)
    yield Entry("R12", kind, checkpoint.county, periods)


def _facility_entries(facility: Facility) -> Iterator[Entry]:
    if facility.kind != CENTRE:
        return
    yield Entry("R23", "facility", facility.county, standing(facility.beds[0][0]))
    for (since, beds), after in zip_longest(facility.beds, facility.beds[1:]):
        periods = standing(since, after[0] if after else None)
        yield Entry("R23", "bed", facility.county, periods, amount=beds)


def interception_entries(parcel: Interception) -> Iterator[Entry]:
    """Where a stopped parcel counts."""
    periods = on(parcel.day)
    traced = parcel.traced is not None and parcel.traced <= END
    yield Entry("R13", "parcel", parcel.county, periods)
    yield part("R13", "share_traced", parcel.county, periods, counts=traced)


def inspection_entries(inspection: Inspection) -> Iterator[Entry]:
    """Where an inspection and its lead count."""
    venue = inspection.venue
    yield Entry("R14", "venue", venue.county, on(inspection.day), venue.credit_code)
    if inspection.lead_sent is not None:
        periods = on(inspection.lead_sent)
        yield Entry("R14", "lead", venue.county, periods)
        yield part("R14", "share_filed", venue.county, periods, counts=inspection.case is not None)


def licence_entries(month: LicenceMonth) -> Iterator[Entry]:
    """Where a licence in force in a month counts."""
    licence, periods = month.licence, on(month.last)
    inspected = month.inspections > 0
    yield Entry("R16", "licence", licence.county, periods, licence.number)
    yield part("R16", "share_inspected", licence.county, periods, counts=inspected, who=licence.number)


def _sale_entries(sale: Sale) -> Iterator[Entry]:
    limit = sale.day + timedelta(days=FILED_IN_DAYS[sale.licence.precursor_class])
    filed_or_now = min(sale.filed, END) if sale.filed is not None else END
    yield part("R16", "share_late_filing", sale.licence.county, on(sale.day), counts=filed_or_now > limit)


def rehab_month_entries(report: RehabMonth) -> Iterator[Entry]:
    """Where the report of a facility for compulsory treatment counts."""
    county, periods = report.facility.county, reported(report.last)
    yield Entry("R20", "event", county, periods, amount=report.voluntary_total)
    yield Entry("R41", "occupancy", county, periods, amount=report.occupied, whole=report.beds)


def _postal_entries(report: PostalMonth) -> Iterator[Entry]:
    periods, whole = on(report.last), report.collected
    for unit, items in (
        ("share_real_name", report.real_name),
        ("share_inspected", report.inspected),
        ("share_scanned", report.scanned),
    ):
        yield Entry("R34", unit, report.county, periods, amount=items, whole=whole)


def place_entries(lives: Lives) -> Iterator[Entry]:
    """Everything that counts in the figures of places and trade."""
    for checkpoint in lives.checkpoints:
        yield from checkpoint_entries(checkpoint)
    for facility in lives.facilities:
        yield from _facility_entries(facility)
    for parcel in lives.interceptions:
        yield from interception_entries(parcel)
    for inspection in lives.inspections:
        yield from inspection_entries(inspection)
    for licence_month in lives.licence_months:
        yield from licence_entries(licence_month)
    for sale in lives.sales:
        yield from _sale_entries(sale)
    for rehab_month in lives.rehab_months:
        yield from rehab_month_entries(rehab_month)
    for postal_month in lives.postal_months:
        yield from _postal_entries(postal_month)
