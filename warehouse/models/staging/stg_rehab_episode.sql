-- Grain: one row per current, not deleted record of rehab_episode.
-- Inputs: the resolved records of rehab_episode.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    rehab_no,
    order_doc_no,
    facility_code,
    region_code,
    admitted_date::date as admitted_date,
    assessed_date::date as assessed_date,
    assessment_result,
    extended_months::integer as extended_months,
    early_release_date::date as early_release_date,
    term_end_date::date as term_end_date,
    escaped_date::date as escaped_date,
    recaptured_date::date as recaptured_date,
    release_notice_date::date as release_notice_date,
    lifted_date::date as lifted_date,
    destination
from {{ records('rehab_episode') }}
where is_current and not is_deleted
