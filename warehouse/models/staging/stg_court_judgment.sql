-- Grain: one row per current, not deleted record of court_judgment.
-- Inputs: the resolved records of court_judgment.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    court_case_no,
    defendant_seq::integer as defendant_seq,
    court_region_code,
    instance,
    indictment_no,
    offence_name,
    is_drug_offence,
    judgment_date::date as judgment_date,
    penalty,
    term_months::integer as term_months,
    suspended::boolean as suspended,
    effective_date::date as effective_date,
    stayed::boolean as stayed,
    recidivist::boolean as recidivist,
    drug_recidivist::boolean as drug_recidivist,
    trial_procedure,
    received_date::date as received_date,
    stayed_date::date as stayed_date,
    resumed_date::date as resumed_date,
    first_instance_case_no
from {{ records('court_judgment') }}
where is_current and not is_deleted
