"""What counts in the figures of criminal cases, from the seizure to the prison gate: R3 to R9, R11, R27, R35.

Definitions: R3 cases by day solved and handling county; R4 arrests by day and place; R5 exhibits of the police by day
and place of the seizure, at the net weight a laboratory found (precursors, liquids and plants apart); R6
approvals of an arrest and R7 indictments by day and county of the procuratorate; R8 first-instance judgments; R9
admissions to prison for drug offences; R11 people of the province in a trafficking case of another province, by day of
arrest and household; R27 recidivists of those convicted; R35 decisions against an arrest, against a charge, returns,
changed offences and acquittals.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.province.counting import Entry, on, part
from pipelines.province.lives import (
    ACQUITTED,
    APPROVED,
    CHARGED,
    DRUG_OFFENCES,
    FIRST,
    NOT_APPROVED,
    NOT_CHARGED,
    TRAFFICKING,
    Admission,
    Case,
    Charge,
    Judgment,
    Lives,
    Seizure,
    Suspect,
)
from pipelines.province.places import reported_in
from pipelines.province.substances import BY_NAME

_COUNTED_AS_SEIZED = {"millilitre": "litre_liquid", "plant": "plant"}


def seizure_entries(seizure: Seizure) -> Iterator[Entry]:
    """Where an exhibit counts, in grams once weighed; not at all where the laboratory found no drug in it."""
    unit = _COUNTED_AS_SEIZED.get(seizure.measure)
    amount = seizure.amount if unit else seizure.net
    if unit is None:
        unit = "tonne_precursor" if BY_NAME[seizure.drug].is_precursor else "tonne"
    if seizure.found and amount is not None:
        yield Entry("R5", unit, seizure.county, on(seizure.seized), amount=amount)


def arrest_entries(suspect: Suspect) -> Iterator[Entry]:
    """Where an arrest counts."""
    periods, person_id = on(suspect.arrested), suspect.person.person_id
    yield Entry("R4", "person", suspect.arrest_region, periods, person_id)
    yield Entry("R4", "event", suspect.arrest_region, periods)
    if suspect.case.type_code in TRAFFICKING and not reported_in(suspect.case.county):
        yield Entry("R11", "person", suspect.person.hukou, periods, person_id)
        yield Entry("R11", "event", suspect.person.hukou, periods)


def charge_entries(charge: Charge) -> Iterator[Entry]:
    """Where the decisions of a procuratorate about a suspect count."""
    county, person_id = charge.suspect.case.county, charge.suspect.person.person_id
    if charge.decided is not None:
        periods = on(charge.decided)
        yield part("R35", "share_arrest_refused", county, periods, counts=charge.decision == NOT_APPROVED)
        if charge.decision == APPROVED:
            yield Entry("R6", "person", county, periods, person_id)
            yield Entry("R6", "event", county, periods)
    if charge.concluded is not None:
        periods = on(charge.concluded)
        yield part("R35", "share_not_charged", county, periods, counts=charge.outcome == NOT_CHARGED)
        yield part("R35", "share_returned", county, periods, counts=charge.returned > 0)
        if charge.outcome == CHARGED:
            yield Entry("R7", "person", county, periods, person_id)
            yield Entry("R7", "event", county, periods)


def judgment_entries(judgment: Judgment) -> Iterator[Entry]:
    """Where a judgment of first instance counts."""
    if judgment.instance != FIRST:
        return
    court, periods = judgment.court, on(judgment.judged)
    yield Entry("R8", "case", court, periods, judgment.number)
    yield part("R35", "share_acquitted", court, periods, counts=judgment.penalty == ACQUITTED)
    if judgment.penalty != ACQUITTED:
        yield Entry("R8", "person", court, periods, judgment.person.person_id)
        yield Entry("R8", "event", court, periods)
        yield part("R27", "share_recidivist", court, periods, counts=judgment.recidivist)
        yield part("R27", "share_drug_recidivist", court, periods, counts=judgment.drug_recidivist)


def _changed_offences(lives: Lives) -> Iterator[Entry]:
    """Judgments on a charge that is known, by whether they found another offence."""
    charged = {
        (charge.suspect.case.case_id, charge.suspect.person.person_id): charge.offence
        for charge in lives.charges
        if charge.outcome == CHARGED
    }
    for judgment in lives.judgments:
        offence = charged.get((judgment.case.case_id, judgment.person.person_id))
        if judgment.instance == FIRST and offence is not None:
            changed = offence != judgment.offence
            yield part("R35", "share_offence_changed", judgment.court, on(judgment.judged), counts=changed)


def admission_entries(admission: Admission) -> Iterator[Entry]:
    """Where an admission to prison counts."""
    if not admission.refused and admission.offence in DRUG_OFFENCES:
        county, periods = admission.prison.county, on(admission.attempted)
        yield Entry("R9", "person", county, periods, admission.person.person_id)
        yield Entry("R9", "event", county, periods)


def solved_entries(case: Case) -> Iterator[Entry]:
    """Where a case counts as solved."""
    if case.solved is not None:
        yield Entry("R3", "case", case.county, on(case.solved), case.number)


def case_entries(lives: Lives) -> Iterator[Entry]:
    """Everything that counts in the figures of criminal cases."""
    for case in lives.cases:
        yield from solved_entries(case)
        for suspect in case.suspects:
            yield from arrest_entries(suspect)
    for seizure in lives.seizures:
        yield from seizure_entries(seizure)
    for charge in lives.charges:
        yield from charge_entries(charge)
    for judgment in lives.judgments:
        yield from judgment_entries(judgment)
    yield from _changed_offences(lives)
    for admission in lives.admissions:
        yield from admission_entries(admission)
