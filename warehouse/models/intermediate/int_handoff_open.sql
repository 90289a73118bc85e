-- Grain: one row per hand-off that was opened.
-- Inputs: seeds handoff_rule, handoff_suspension; int_event, int_interval, source_row.
-- Caveats: of several rows of a rule the one for the smallest region holds; days of an interval that suspends the
-- limit do not count, each day once. Days are added before months. What the law wants done some
-- days before (a limit below zero) may be done before the hand-off was opened, anything else not. A hand-off keeps its
-- id over all versions of the record that opened it.
with opened as (
    select
        event.* exclude (event, happened_on),
        rule.* exclude (region_code, valid_from, valid_to, name_zh, name_en),
        event.happened_on as opened_on,
        case when rule.limit_days < 0 then '-infinity'::date else event.happened_on end as closable_from,
        (event.happened_on + to_days(rule.limit_days) + to_months(rule.limit_months))::date as first_due_on,
        {{ join_keys('event', 'rule.joined_on') }} as join_keys
    from {{ ref('handoff_rule') }} as rule
    inner join {{ ref('int_event') }} as event
        on
            rule.from_event = event.event
            and rule.valid_from <= event.happened_on
            and (rule.valid_to is null or rule.valid_to > event.happened_on)
            and starts_with(
                coalesce(event.region_code, ''), regexp_replace(coalesce(rule.region_code, ''), '(00)+$', '')
            )
    qualify row_number() over (
        partition by rule.rule_id, event.source_row_token
        order by length(regexp_replace(coalesce(rule.region_code, ''), '(00)+$', '')) desc
    ) = 1
),

once as (
    select *
    from opened
    qualify row_number() over (
        partition by rule_id, coalesce(join_keys[1], source_row_token), opened_on order by source_row_token
    ) = 1
),

stretch as (
    select
        interval_kind,
        from_date,
        until_date,
        unnest(['person', 'party']) as joined_on,
        unnest([person_id, party_id]) as join_key
    from {{ ref('int_interval') }}
),

suspended_day as (
    select distinct
        once.rule_id,
        once.source_row_token,
        unnest(
            generate_series(
                greatest(stretch.from_date, once.opened_on), stretch.until_date - interval 1 day, interval 1 day
            )
        ) as suspended_on
    from once
    inner join {{ ref('handoff_suspension') }} as suspension on once.rule_id = suspension.rule_id
    inner join stretch
        on
            suspension.interval_kind = stretch.interval_kind
            and suspension.joined_on = stretch.joined_on
            and case suspension.joined_on when 'person' then once.person_id else once.party_id end = stretch.join_key
            and once.first_due_on > stretch.from_date
            and once.opened_on < stretch.until_date
),

extension as (
    select
        rule_id,
        source_row_token,
        count(*)::integer as suspended_days
    from suspended_day
    group by rule_id, source_row_token
)

select
    once.*,
    'h' || md5(once.rule_id || '|' || source.record_token) as handoff_id,
    once.first_due_on + coalesce(extension.suspended_days, 0) as due_on
from once
inner join {{ ref('source_row') }} as source on once.source_row_token = source.source_row_token and source.is_current
left join extension on once.rule_id = extension.rule_id and once.source_row_token = extension.source_row_token
