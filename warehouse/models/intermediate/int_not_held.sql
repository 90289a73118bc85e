-- Grain: one row per sentence to prison that was not carried out within its time limit, once more (`outdated`) where
-- that is in doubt.
-- Inputs: int_handoff (rule sentence_to_prison), int_final_sentence, stg_court_delivery, int_mention.
-- Caveats: settled_on is the day the person was admitted to prison after all, or lawfully excused. In doubt is what may
-- be a file not received or a link missed, and where a row about the judgment waits in quarantine.
with reason as (
    select
        mention.party_id,
        min(record.not_held_reason) as not_held_reason
    from {{ ref('stg_court_delivery') }} as record
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'court_delivery' and record.record_key = mention.record_key
    group by mention.party_id
),

-- The execution notice names one defendant; without it any of the case is in doubt.
waiting as (
    select
        execution_notice_no,
        judgment_case_no
    from {{ withheld('prison_admission') }}
    where standing <> 'outdated'
    union
    select
        execution_notice_no,
        judgment_case_no
    from {{ withheld('corrections_supervision') }}
    where standing <> 'outdated'
    union
    select
        execution_notice_no,
        court_case_no as judgment_case_no
    from {{ withheld('court_delivery') }}
    where standing <> 'outdated'
),

not_held as (
    select
        edge.record_key,
        edge.source_row_token,
        edge.person_id,
        sentence.court_region_code,
        sentence.is_drug_offence,
        sentence.term_months,
        edge.due_on,
        least(edge.closed_on, edge.excused_on) as settled_on,
        reason.not_held_reason,
        coalesce(edge.cause <> 'gap', false)
        or exists (
            select 1
            from waiting
            where
                waiting.execution_notice_no = sentence.execution_notice_no
                or (
                    (waiting.execution_notice_no is null or sentence.execution_notice_no is null)
                    and waiting.judgment_case_no in (sentence.court_case_no, sentence.first_instance_case_no)
                )
        ) as is_doubtful
    from {{ ref('int_handoff') }} as edge
    inner join {{ ref('int_final_sentence') }} as sentence on edge.record_key = sentence.record_key
    left join reason on edge.party_id = reason.party_id
    where
        edge.rule_id = 'sentence_to_prison'
        and (edge.closed_on is null or edge.closed_on > edge.due_on)
)

select
    * exclude (is_doubtful),
    person_id as person_strict,
    person_id as person_loose,
    'settled' as standing
from not_held
union all
select
    * exclude (is_doubtful),
    person_id as person_strict,
    person_id as person_loose,
    'outdated' as standing
from not_held
where is_doubtful
