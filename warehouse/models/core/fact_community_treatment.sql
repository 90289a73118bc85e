-- Grain: one row per agreement.
-- Inputs: stg_police_community_treatment, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
select
    record.source_row_token,
    person.person_id,
    person.case_id,
    record.order_type,
    record.execution_region_code,
    record.reported_date,
    record.meetings,
    record.interviews,
    record.out_of_contact_date,
    record.contact_regained_date,
    record.support_measure,
    record.release_notice_date,
    record.lifted_date,
    record.end_reason
{{ visible_rows('police_community_treatment', 'record.reported_date') }}
order by record.source_row_token
