"""The datasets the agencies export. A new one is one declaration in its agency's module and one line here."""

from __future__ import annotations

from pipelines.province import commission, health, justice, parcels, police, procurators, sentences, transport

DATASETS = (
    police.DRUG_USER,
    police.CASE_SUSPECT,
    procurators.CHARGE,
    justice.JUDGMENT,
    sentences.DELIVERY,
    justice.PRISON,
    sentences.SUPERVISION,
    sentences.CERTIFICATE,
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
