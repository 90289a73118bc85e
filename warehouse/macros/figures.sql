{#- Rows of a relation, once per region and period they fall in: county, prefecture and province at a time. -#}
{% macro in_cells(relation, event_date, region) -%}
    select
        path.region_code as cell_region,
        period.period_id as cell_period,
        event.*
    from {{ relation }} as event
    inner join {{ ref('int_region_path') }} as path on event.{{ region }} = path.event_region_code
    inner join {{ ref('report_period') }} as period
        on event.{{ event_date }} >= period.start_date and event.{{ event_date }} < period.end_date
{%- endmacro %}

{#- The same for a stock at the end of a period: the caller says in its where clause what counts. -#}
{% macro at_period_end(relation, region) -%}
    select
        path.region_code as cell_region,
        period.period_id as cell_period,
        period.end_date as cell_end,
        event.*
    from {{ relation }} as event
    inner join {{ ref('int_region_path') }} as path on event.{{ region }} = path.event_region_code
    cross join {{ ref('report_period') }} as period
{%- endmacro %}

{#- The full grid of a figure: region x period x unit, with what CTE `measured` found; an absent count is 0. -#}
{% macro on_grid(indicator_id) -%}
    select
        '{{ indicator_id }}' as indicator_id,
        grid.region_code,
        grid.region_level,
        grid.period_id,
        unit.unit,
        case
            when unit.kind in ('project', 'median') then measured.numerator
            else coalesce(measured.numerator, 0)
        end::double as numerator,
        case
            when unit.kind in ('share', 'median') then coalesce(measured.denominator, 0)
            else unit.scale
        end::double as denominator
    from {{ ref('int_cell') }} as grid
    inner join {{ ref('indicator_unit') }} as unit on unit.indicator_id = '{{ indicator_id }}'
    left join measured
        on grid.region_code = measured.cell_region
        and grid.period_id = measured.cell_period
        and unit.unit = measured.unit
{%- endmacro %}

{#- Rows of CTE `cell`, which come from records of a dataset, each with the person it names. -#}
{% macro with_persons(dataset) -%}
    select
        cell.*,
        mention.person_id
    from cell
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = '{{ dataset }}' and cell.record_key = mention.record_key
{%- endmacro %}

{#- Units person and event of CTE `counted`: distinct persons and rows, per region and period. -#}
{% macro persons_and_events() -%}
    select
        cell_region,
        cell_period,
        'person' as unit,
        count(distinct person_id) as numerator,
        null as denominator
    from counted
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'event' as unit,
        count(*) as numerator,
        null as denominator
    from counted
    group by cell_region, cell_period
{%- endmacro %}
