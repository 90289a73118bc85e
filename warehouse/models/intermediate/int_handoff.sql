-- Grain: one row per hand-off that was opened, with how it stands on the last known day.
-- Inputs: int_handoff_open, seed handoff_excuse, int_event, int_handoff_answer, int_known_until, int_last_day.
-- Caveats: an excuse may come before the hand-off (刑诉法 265 decides before delivery). A candidate is an event of the
-- receiving side that closes no hand-off and shares the person, the case or the document: perhaps the records of two
-- persons are one. A record that closes the hand-off outranks an answer that it was done. Of several answers the latest
-- is shown. Persons of all ages; the published tables leave out.
with opened as (
    select *
    from {{ ref('int_handoff_open') }}
),

closing as (
    select distinct
        rule.rule_id,
        event.*,
        {{ join_keys('event', 'rule.joined_on') }} as join_keys
    from {{ ref('handoff_rule') }} as rule
    inner join {{ ref('int_event') }} as event on rule.to_event = event.event
),

opened_by_key as (
    select
        rule_id,
        source_row_token,
        closable_from,
        unnest(join_keys) as join_key
    from opened
),

closing_by_key as (
    select
        rule_id,
        source_row_token,
        happened_on,
        unnest(join_keys) as join_key
    from closing
),

closure as (
    select
        opened.rule_id,
        opened.source_row_token,
        closing.source_row_token as closing_token,
        closing.happened_on
    from opened_by_key as opened
    inner join closing_by_key as closing
        on
            opened.rule_id = closing.rule_id
            and opened.join_key = closing.join_key
            and opened.closable_from <= closing.happened_on
),

closed as (
    select
        rule_id,
        source_row_token,
        min(happened_on) as closed_on,
        min_by(closing_token, (happened_on, closing_token)) as closing_token
    from closure
    group by rule_id, source_row_token
),

excusing as (
    select
        excuse.rule_id,
        event.happened_on,
        excuse.effect,
        excuse.joined_on,
        unnest({{ join_keys('event', 'excuse.joined_on') }}) as join_key
    from {{ ref('handoff_excuse') }} as excuse
    inner join {{ ref('int_event') }} as event on excuse.event = event.event
),

excusable as (
    select distinct
        opened.rule_id,
        opened.handoff_id,
        excuse.joined_on,
        unnest({{ join_keys('opened', 'excuse.joined_on') }}) as join_key
    from opened
    inner join {{ ref('handoff_excuse') }} as excuse on opened.rule_id = excuse.rule_id
),

excuse as (
    select
        excusable.handoff_id,
        excusing.happened_on,
        excusing.effect
    from excusable
    inner join excusing
        on
            excusable.rule_id = excusing.rule_id
            and excusable.joined_on = excusing.joined_on
            and excusable.join_key = excusing.join_key
    union all
    select
        handoff_id,
        took_effect_on as happened_on,
        effect
    from {{ ref('int_handoff_answer') }}
    where effect in ('excused', 'withdrawn')
),

excused as (
    select
        handoff_id,
        min(happened_on) as excused_on,
        min_by(effect, (happened_on, effect)) as effect
    from excuse
    group by handoff_id
),

answered as (
    select
        handoff_id,
        min(took_effect_on) filter (where effect = 'closed' and closable_from <= took_effect_on) as done_on,
        max_by(answer_code, (answered_on, agency_code)) as answer_code,
        max(answered_on) as answered_on
    from {{ ref('int_handoff_answer') }}
    group by handoff_id
),

known as (
    select
        opened.*,
        coalesce(closed.closed_on, answered.done_on) as closed_on,
        closed.closing_token,
        case
            when closed.closed_on is not null then 'record'
            when answered.done_on is not null then 'answer'
        end as closed_by,
        excused.excused_on,
        excused.effect,
        answered.answer_code,
        answered.answered_on,
        until.known_until
    from opened
    left join closed on opened.rule_id = closed.rule_id and opened.source_row_token = closed.source_row_token
    left join excused on opened.handoff_id = excused.handoff_id
    left join answered on opened.handoff_id = answered.handoff_id
    left join {{ ref('int_known_until') }} as until on opened.to_dataset = until.dataset
),

judged as (
    select
        known.*,
        case
            when known.closed_on <= known.due_on then 'met'
            when known.effect is not null and coalesce(known.excused_on < known.closed_on, true) then known.effect
            when known.closed_on is not null then 'late'
            when known.due_on > last.last_day then 'open'
            else 'overdue'
        end as status
    from known
    cross join {{ ref('int_last_day') }} as last
),

spare as (
    select
        rule_id,
        source_row_token,
        happened_on,
        person_id,
        case_id,
        document
    from closing
    where
        not exists (
            select 1
            from closure
            where closure.rule_id = closing.rule_id and closure.closing_token = closing.source_row_token
        )
),

candidate as (
    select
        judged.rule_id,
        judged.source_row_token,
        min_by(spare.source_row_token, (spare.happened_on, spare.source_row_token)) as candidate_token
    from judged
    inner join spare
        on
            judged.rule_id = spare.rule_id
            and judged.opened_on <= spare.happened_on
            and (
                judged.person_id = spare.person_id
                or judged.case_id = spare.case_id
                or judged.document = spare.document
            )
    where judged.status = 'overdue'
    group by judged.rule_id, judged.source_row_token
)

select
    judged.*,
    case when judged.status = 'overdue' then candidate.candidate_token end as candidate_token,
    case
        when judged.status <> 'overdue' then null
        when judged.known_until is null or judged.known_until < judged.due_on then 'file_not_received'
        when candidate.candidate_token is not null then 'possible_linkage_miss'
        else 'gap'
    end as cause
from judged
left join candidate
    on judged.rule_id = candidate.rule_id and judged.source_row_token = candidate.source_row_token
