-- Grain: one row per rule, region, month in which hand-offs were opened, and status.
-- Inputs: int_handoff, seed handoff_rule, int_cell, int_region_path, seed report_period.
-- Caveats: counts below 10 are suppressed (medical ones below 20 and in counties), zero included, and no total is
--   given they could be derived from.
{{ config(alias='handoff') }}
{%- set is_shown -%}
    counted.handoffs >= case when rule.clearance = 'health' then 20 else 10 end
    and (rule.clearance <> 'health' or grid.region_level <> 'county')
{%- endset %}
with cell as (
    {{ in_cells(ref('int_handoff'), 'opened_on', 'region_code') }}
),

counted as (
    select
        rule_id,
        cell_region,
        cell_period,
        status,
        count(*) as handoffs
    from cell
    group by rule_id, cell_region, cell_period, status
),

rule as (
    select distinct
        rule_id,
        from_agency,
        to_agency,
        from_dataset,
        clearance
    from {{ ref('handoff_rule') }}
),

state as (
    select unnest(['met', 'late', 'open', 'overdue', 'excused', 'withdrawn']) as handoff_status
)

select
    rule.rule_id,
    rule.from_agency,
    rule.to_agency,
    grid.region_code,
    grid.region_level,
    grid.period_id,
    state.handoff_status,
    case when {{ is_shown }} then counted.handoffs end as handoffs,
    case
        when known.known_until is null then 'not_submitted'
        when {{ is_shown }} then 'ok'
        else 'suppressed'
    end as status
from {{ ref('int_cell') }} as grid
inner join {{ ref('report_period') }} as period on grid.period_id = period.period_id and period.period_kind = 'month'
cross join rule
cross join state
left join {{ ref('int_known_until') }} as known on rule.from_dataset = known.dataset
left join counted
    on
        rule.rule_id = counted.rule_id
        and grid.region_code = counted.cell_region
        and grid.period_id = counted.cell_period
        and state.handoff_status = counted.status
order by rule.rule_id, grid.region_code, grid.period_id, state.handoff_status
