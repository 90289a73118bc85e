"""The datasets the agencies export. A new one is one declaration in its agency's module and one line here."""

from __future__ import annotations

from pipelines.province import (
    commission,
    health,
    justice,
    justice_rehab,
    parcels,
    police,
    police_custody,
    police_treatment,
    procurators,
    sentences,
    transport,
)

DATASETS = (
    police.DRUG_USER,
    police.CASE_SUSPECT,
    police.SEIZURE,
    police_treatment.ORDER,
    police_treatment.DRUG_TEST,
    police_treatment.COMMUNITY_TREATMENT,
    police_custody.CUSTODY,
    procurators.CHARGE,
    justice.JUDGMENT,
    sentences.DELIVERY,
    justice.PRISON,
    sentences.SUPERVISION,
    sentences.CERTIFICATE,
    justice_rehab.EPISODE,
    justice_rehab.REQUEST,
    justice_rehab.FACILITY_MONTH,
    health.CENTRE_EPISODE,
    health.FACILITY_MONTH,
    transport.CHECKPOINT,
    transport.CHECKPOINT_DAY,
    transport.HANDOVER,
    parcels.POSTAL_MONTH,
    parcels.INTERCEPTION,
    commission.INSPECTION,
    commission.ENTERPRISE,
    commission.FLOW,
    commission.REGISTER,
)
