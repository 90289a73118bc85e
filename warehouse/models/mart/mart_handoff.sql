-- Grain: one row per rule, region, month in which hand-offs were opened, and status.
-- Inputs: int_handoff_cell, int_handoff_hidden, seeds handoff_rule, report_period, int_cell.
-- Caveats: counts below 10 are suppressed (medical ones below 20 and in counties), zero included, and so are those of
-- other regions they could be computed from.
{{ config(alias='handoff') }}
with rule as (
    select distinct
        rule_id,
        from_agency,
        to_agency
    from {{ ref('handoff_rule') }}
),

state as (
    select unnest(['met', 'late', 'open', 'overdue', 'excused', 'withdrawn']) as handoff_status
),

judged as (
    select
        cell.*,
        hidden.group_id is not null as is_hidden
    from {{ ref('int_handoff_cell') }} as cell
    left join {{ ref('int_handoff_hidden') }} as hidden
        on
            cell.group_id = hidden.group_id
            and cell.region_code = hidden.region_code
            and cell.period_key = hidden.period_key
)

select
    rule.rule_id,
    rule.from_agency,
    rule.to_agency,
    grid.region_code,
    grid.region_level,
    grid.period_id,
    state.handoff_status,
    case when not judged.is_hidden then judged.handoffs end as handoffs,
    case
        when judged.is_hidden is null then 'not_submitted'
        when judged.is_hidden then 'suppressed'
        else 'ok'
    end as status
from {{ ref('int_cell') }} as grid
inner join {{ ref('report_period') }} as period on grid.period_id = period.period_id and period.period_kind = 'month'
cross join rule
cross join state
left join judged
    on
        rule.rule_id = judged.rule_id
        and grid.region_code = judged.region_code
        and grid.period_id = judged.period_key
        and state.handoff_status = judged.handoff_status
order by rule.rule_id, grid.region_code, grid.period_id, state.handoff_status
