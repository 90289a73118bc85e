-- Grain: one row per current, not deleted record of corrections_supervision.
-- Inputs: the resolved records of corrections_supervision.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    corrections_no,
    judgment_case_no,
    execution_notice_no,
    supervision_category,
    supervising_region_code,
    received_date::date as received_date,
    lifted_date::date as lifted_date
from {{ records('corrections_supervision') }}
where is_current and not is_deleted
