-- Grain: one row per hand-off between agencies that was opened.
-- Inputs: int_handoff, int_person, int_visible_mention.
-- Caveats: a breach belongs to the hand-off, never to the person. Persons under 18 on the day it was opened and
-- persons in no active view are left out; mart.handoff counts them. A lead names no person.
-- Hand-offs that give an illness away are in health.
select
    edge.handoff_id,
    edge.rule_id,
    edge.person_id,
    edge.case_id,
    edge.from_agency,
    edge.to_agency,
    edge.region_code,
    edge.opened_on,
    edge.due_on,
    edge.closed_on,
    edge.status,
    edge.cause,
    edge.source_row_token,
    edge.candidate_token,
    edge.closing_token,
    edge.closed_by,
    edge.answer_code,
    edge.answered_on
{{ visible_handoffs('warehouse') }}
order by edge.handoff_id
