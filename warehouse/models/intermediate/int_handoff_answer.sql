-- Grain: one row per answer an agency gave about a hand-off of which it is a side.
-- Inputs: stg_handoff_answer, int_handoff_open, seed answer_kind.
-- Caveats: an answer of an agency that is no side of the hand-off counts for nothing (vault.handoff_answer shows it).
-- took_effect_on is the day it was done, or was decided that it need not be.
select
    opened.handoff_id,
    opened.closable_from,
    answer.source_row_token,
    answer.agency_code,
    answer.signed_date as answered_on,
    kind.answer_code,
    kind.effect,
    coalesce(answer.done_date, answer.decided_date) as took_effect_on
from {{ ref('stg_handoff_answer') }} as answer
inner join {{ ref('int_handoff_open') }} as opened
    on answer.handoff_id = opened.handoff_id and answer.agency_code in (opened.from_agency, opened.to_agency)
inner join {{ ref('answer_kind') }} as kind
    on
        answer.answer_name = kind.answer_name
        and answer.signed_date >= kind.valid_from
        and (kind.valid_to is null or answer.signed_date < kind.valid_to)
