-- Grain: one row per person and case at the procuratorate.
-- Inputs: stg_procuratorate_charge, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.procuratorate_region_code,
    record.arrest_requested_date,
    record.arrest_decision,
    record.arrest_decision_date,
    record.review_received_date,
    record.returned_count,
    record.charge_decision,
    record.charge_decision_date,
    record.charged_offence_name
{{ visible_rows('procuratorate_charge', 'coalesce(record.arrest_requested_date, record.charge_decision_date)') }}
order by record.source_row_token
