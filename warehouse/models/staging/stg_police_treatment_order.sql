-- Grain: one row per current, not deleted record of police_treatment_order.
-- Inputs: the resolved records of police_treatment_order.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    order_doc_no,
    hukou_code,
    residence_code,
    order_type,
    preceding_order_doc_no,
    deciding_region_code,
    execution_region_code,
    detected_date::date as detected_date,
    decided_date::date as decided_date,
    term_months::integer as term_months,
    served_date::date as served_date,
    reported_date::date as reported_date,
    lifted_date::date as lifted_date,
    end_reason
from {{ records('police_treatment_order') }}
where is_current and not is_deleted
