-- Grain: one row per current, not deleted record of police_case_suspect.
-- Inputs: the resolved records of police_case_suspect.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    police_case_no,
    suspect_no,
    hukou_code,
    residence_code,
    filing_doc_no,
    case_type_code,
    handling_region_code,
    filed_date::date as filed_date,
    solved_date::date as solved_date,
    arrested_date::date as arrested_date,
    detained_date::date as detained_date,
    arrest_region_code,
    case_source,
    handover_no,
    lead_no
from {{ records('police_case_suspect') }}
where is_current and not is_deleted
