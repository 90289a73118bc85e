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

{#- The full grid of a figure: region x period x unit, with what CTE `measured` found; an absent count is 0, an absent
    signed value stays absent. -#}
{% macro on_grid(indicator_id) -%}
    select
        '{{ indicator_id }}' as indicator_id,
        grid.region_code,
        grid.region_level,
        grid.period_id,
        unit.unit,
        case
            when unit.kind in ('count', 'quantity', 'share', 'ratio') then coalesce(measured.numerator, 0)
            else measured.numerator
        end::double as numerator,
        case
            when unit.kind in ('share', 'ratio', 'median', 'maximum') then coalesce(measured.denominator, 0)
            when unit.kind = 'submitted_share' then measured.denominator
            else unit.scale
        end::double as denominator
    from {{ ref('int_cell') }} as grid
    inner join {{ ref('indicator_unit') }} as unit on unit.indicator_id = '{{ indicator_id }}'
    left join measured
        on grid.region_code = measured.cell_region
        and grid.period_id = measured.cell_period
        and unit.unit = measured.unit
{%- endmacro %}

{#- Rows of a CTE in cells, which come from records of a dataset, each with the person it names. -#}
{% macro with_persons(dataset, relation='cell') -%}
    select
        cell.*,
        mention.person_id
    from {{ relation }} as cell
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = '{{ dataset }}' and cell.record_key = mention.record_key
{%- endmacro %}

{#- Units of a figure over a relation in cells: each has a numerator and, where it is a share, a denominator. -#}
{% macro measure(units, relation='cell') -%}
    {% for unit, parts in units.items() %}
        select
            cell_region,
            cell_period,
            '{{ unit }}' as unit,
            {{ parts[0] }} as numerator,
            {{ parts[1] if parts | length > 1 else 'null' }} as denominator
        from {{ relation }}
        group by cell_region, cell_period
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}

{#- Units person and event of a relation in cells: distinct persons and rows, per region and period. -#}
{% macro persons_and_events(relation='counted', suffix='') -%}
    {{ measure({'person' ~ suffix: ['count(distinct person_id)'], 'event' ~ suffix: ['count(*)']}, relation) }}
{%- endmacro %}

{#- Signed values of a figure: what an office answers for, for the region and period it signed, and no other. -#}
{% macro submitted(indicator_id) -%}
    select
        signed.region_code as cell_region,
        signed.period_id as cell_period,
        item.unit,
        signed.submitted_value as numerator,
        whole.submitted_value as denominator
    from {{ ref('submission_unit') }} as item
    inner join {{ ref('stg_commission_register') }} as signed on item.numerator_item = signed.item_code
    left join {{ ref('stg_commission_register') }} as whole
        on
            item.denominator_item = whole.item_code
            and signed.region_code = whole.region_code
            and signed.period_id = whole.period_id
    where item.indicator_id = '{{ indicator_id }}'
{%- endmacro %}

{#- Whether a case is one of selling drugs, in either version of the codes. -#}
{% macro is_trafficking(case_type_code) -%}
    {{ case_type_code }} in ('06070102', '060702')
{%- endmacro %}
