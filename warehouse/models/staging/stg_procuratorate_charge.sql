-- Grain: one row per current, not deleted record of procuratorate_charge.
-- Inputs: the resolved records of procuratorate_charge.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    procuratorate_case_no,
    filing_doc_no,
    procuratorate_region_code,
    arrest_requested_date::date as arrest_requested_date,
    arrest_decision,
    arrest_decision_date::date as arrest_decision_date,
    review_received_date::date as review_received_date,
    returned_count::integer as returned_count,
    charge_decision,
    charge_decision_date::date as charge_decision_date,
    indictment_no,
    charged_offence_name,
    is_drug_offence
from {{ records('procuratorate_charge') }}
where is_current and not is_deleted
