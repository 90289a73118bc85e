-- Grain: one row per current, not deleted record of police_community_treatment.
-- Inputs: the resolved records of police_community_treatment.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    agreement_no,
    hukou_code,
    residence_code,
    order_doc_no,
    order_type,
    execution_region_code,
    reported_date::date as reported_date,
    meetings::integer as meetings,
    interviews::integer as interviews,
    out_of_contact_date::date as out_of_contact_date,
    contact_regained_date::date as contact_regained_date,
    support_measure,
    release_notice_date::date as release_notice_date,
    lifted_date::date as lifted_date,
    end_reason
from {{ records('police_community_treatment') }}
where is_current and not is_deleted
