-- Grain: one row per current, not deleted record of prison_admission.
-- Inputs: the resolved records of prison_admission.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    prisoner_no,
    prison_name,
    prison_region_code,
    judgment_case_no,
    offence_name,
    is_drug_offence,
    admitted_date::date as admitted_date,
    released_date::date as released_date,
    refused::boolean as refused,
    execution_notice_no
from {{ records('prison_admission') }}
where is_current and not is_deleted
