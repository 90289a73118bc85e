-- Grain: one row per hand-off between agencies that was opened.
-- Inputs: int_handoff, int_person, int_visible_mention.
-- Caveats: a breach belongs to the hand-off, never to the person. Persons under 18 on the day it was opened and
-- persons in no active view are left out; mart.handoff counts them. A lead names no person.
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
    edge.candidate_token
from {{ ref('int_handoff') }} as edge
left join {{ ref('int_person') }} as person on edge.person_id = person.person_id
where
    edge.person_id is null
    or (
        edge.person_id in (select visible.person_id from {{ ref('int_visible_mention') }} as visible)
        and not {{ is_minor('person.birth_date', 'edge.opened_on') }}
    )
order by edge.handoff_id
