-- Grain: one row per hand-off between agencies that was opened, of persons of all ages.
-- Inputs: int_handoff.
-- Caveats: vault only; core.handoff leaves out whom the law shields.
{{ config(alias='handoff') }}
select
    handoff_id,
    rule_id,
    person_id,
    case_id,
    from_agency,
    to_agency,
    region_code,
    opened_on,
    due_on,
    closed_on,
    status,
    cause,
    source_row_token,
    candidate_token,
    closing_token,
    closed_by,
    answer_code,
    answered_on
from {{ ref('int_handoff') }}
order by handoff_id
