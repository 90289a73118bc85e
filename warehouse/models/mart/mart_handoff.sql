-- Grain: one row per rule, region, month in which hand-offs were opened, and status.
-- Inputs: int_handoff_cell, int_handoff_hidden.
-- Caveats: counts below 10 are suppressed (medical ones below 20 and in counties), zero included, and so are those of
-- other regions they could be computed from.
{{ config(alias='handoff') }}
select
    cell.rule_id,
    cell.from_agency,
    cell.to_agency,
    cell.region_code,
    cell.region_level,
    cell.period_key as period_id,
    cell.handoff_status,
    case when hidden.group_id is null then cell.handoffs end as handoffs,
    case
        when cell.handoffs is null then 'not_submitted'
        when hidden.group_id is not null then 'suppressed'
        else 'ok'
    end as status
from {{ ref('int_handoff_cell') }} as cell
left join {{ ref('int_handoff_hidden') }} as hidden
    on
        cell.group_id = hidden.group_id
        and cell.region_code = hidden.region_code
        and cell.period_key = hidden.period_key
order by cell.rule_id, cell.region_code, cell.period_key, cell.handoff_status
