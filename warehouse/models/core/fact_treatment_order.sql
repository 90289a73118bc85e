-- Grain: one row per treatment order.
-- Inputs: stg_police_treatment_order, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.order_type,
    record.deciding_region_code,
    record.execution_region_code,
    record.detected_date,
    record.decided_date,
    record.term_months,
    record.served_date,
    record.reported_date,
    record.lifted_date,
    record.end_reason
{{ visible_rows('police_treatment_order', 'record.decided_date') }}
order by record.source_row_token
