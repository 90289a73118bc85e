-- Grain: one row per answer of an agency about a hand-off.
-- Inputs: stg_handoff_answer, int_handoff_answer.
-- Caveats: vault only. An answer that names no hand-off of this release, or is of an agency that is no side of it,
-- does not count: its record may have been deleted, or the number was mistyped.
{{ config(alias='handoff_answer') }}
select
    answer.handoff_id,
    answer.agency_code,
    answer.answer_name,
    answer.done_date,
    answer.decided_date,
    answer.article,
    answer.document_no,
    answer.note,
    answer.signed_by,
    answer.signed_office,
    answer.signed_date,
    answer.source_row_token,
    answer.source_row_token in (select counted.source_row_token from {{ ref('int_handoff_answer') }} as counted)
        as is_counted
from {{ ref('stg_handoff_answer') }} as answer
order by answer.handoff_id, answer.agency_code
