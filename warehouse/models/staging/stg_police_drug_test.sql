-- Grain: one row per current, not deleted record of police_drug_test.
-- Inputs: the resolved records of police_drug_test.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    test_no,
    residence_code,
    order_doc_no,
    test_occasion,
    test_region_code,
    due_date::date as due_date,
    tested_date::date as tested_date,
    test_result,
    drug_code,
    drug_category
from {{ records('police_drug_test') }}
where is_current and not is_deleted
