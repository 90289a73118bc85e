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

{#- Rows of a dataset with their `standing`: `settled` are its records, and what is counted are those alone. Of the rows
    the quarantine withholds, `withheld` are those of records not known otherwise, `revision` later versions of a record,
    and `outdated` that record once more. -#}
{% macro reported(dataset) -%}
    (
        select
            *,
            'settled' as standing
        from {{ ref('stg_' ~ dataset) }}
        union all by name
        select *
        from {{ withheld(dataset) }}
    )
{%- endmacro %}

{#- Rows of a CTE in cells, which come from records of a dataset, each with the person it names and its party of a
    case. A withheld row is of a person of its own: linkage has not seen it. -#}
{% macro with_persons(dataset, relation='cell') -%}
    select
        cell.*,
        mention.person_id,
        mention.person_strict,
        mention.person_loose,
        mention.party_id
    from {{ relation }} as cell
    inner join (
        select
            record_key,
            person_id,
            person_strict,
            person_loose,
            party_id
        from {{ ref('int_mention') }}
        where dataset = '{{ dataset }}'
        union all
        select distinct
            held.record_key,
            held.record_key as person_id,
            held.record_key as person_strict,
            held.record_key as person_loose,
            null as party_id
        from {{ withheld(dataset) }} as held
        where held.standing = 'withheld'
    ) as mention on cell.record_key = mention.record_key
{%- endmacro %}

{#- Units of a figure over a relation in cells, by standing: each has a numerator and, where it is a share, a
    denominator. What counts persons is also counted under the strict and the loose threshold of the linkage. -#}
{% macro measure(units, relation='cell') -%}
    {% for unit, parts in units.items() %}
        {{ measure_unit(unit, parts, relation) }}
        {% if 'person_id' in parts | join %}
            {% for threshold in ('strict', 'loose') %}
                union all
                {{ measure_unit(unit, parts, relation, threshold) }}
            {% endfor %}
        {% endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}

{% macro measure_unit(unit, parts, relation, threshold='') -%}
    {% set person = 'person_' ~ (threshold or 'id') %}
    select
        cell_region,
        cell_period,
        '{{ unit }}' as unit,
        {{ "'" ~ threshold ~ "' as standing" if threshold else 'standing' }},
        {{ parts[0] | replace('person_id', person) }} as numerator,
        {{ parts[1] | replace('person_id', person) if parts | length > 1 else 'null' }} as denominator
    from {{ relation }}
    {% if threshold %}where standing = 'settled'{% endif %}
    group by cell_region, cell_period, standing
    {% if threshold %}having count(distinct {{ person }}) <> count(distinct person_id){% endif %}
{%- endmacro %}

{#- Units person and event of a relation in cells: distinct persons and rows, per region and period. -#}
{% macro persons_and_events(relation='counted', suffix='') -%}
    {{ measure({'person' ~ suffix: ['count(distinct person_id)'], 'event' ~ suffix: ['count(*)']}, relation) }}
{%- endmacro %}

{#- What figures found at one standing, over the rows that are not settled; nothing is 0. -#}
{% macro at_standing(column, standing) -%}
    coalesce(max({{ column }}) filter (where standing = '{{ standing }}'), 0)
{%- endmacro %}

{#- By how much a threshold of the linkage changes a count: counted under it, or what it parts or joins. -#}
{% macro by_threshold(column, threshold, settled) -%}
    coalesce(
        max({{ column }}) filter (where standing = '{{ threshold }}') - any_value({{ settled }}),
        {{ at_standing(column, threshold ~ '_come') }} - {{ at_standing(column, threshold ~ '_gone') }}
    )
{%- endmacro %}

{#- Rows of a relation; settled ones whose `flag` is another under the strict or the loose threshold (`flag`_strict,
    `flag`_loose) also go as they are and come as they would be. -#}
{% macro flagged_by_threshold(relation, flag) -%}
    select *
    from {{ relation }}
    {% for threshold in ('strict', 'loose') %}
        union all
        select * replace ('{{ threshold }}_gone' as standing)
        from {{ relation }}
        where standing = 'settled' and {{ flag }} <> {{ flag }}_{{ threshold }}
        union all
        select * replace ('{{ threshold }}_come' as standing, {{ flag }}_{{ threshold }} as {{ flag }})
        from {{ relation }}
        where standing = 'settled' and {{ flag }} <> {{ flag }}_{{ threshold }}
    {% endfor %}
{%- endmacro %}

{#- By how much a count may be too high (`_less`, not above 0) or too low (`_more`): over the thresholds of the linkage,
    and with what is withheld. A later version of a record may take it out of a cell or bring it in; a record not known
    otherwise comes in. -#}
{% macro doubts(column, name, settled) -%}
    {% set strict, loose = by_threshold(column, 'strict', settled), by_threshold(column, 'loose', settled) %}
    {% set revised = at_standing(column, 'revision') ~ ' - ' ~ at_standing(column, 'outdated') %}
    least(0, {{ strict }}, {{ loose }}) + least(0, {{ revised }}) as {{ name }}_less,
    greatest(0, {{ strict }}, {{ loose }}) + greatest(0, {{ revised }}) + {{ at_standing(column, 'withheld') }}
        as {{ name }}_more
{%- endmacro %}

{#- The full grid of a figure: region x period x unit, with what CTE `measured` found; an absent count is 0, an absent
    signed value stays absent. Cells with something in doubt come once more at every other standing. -#}
{% macro on_grid(indicator_id) -%}
    select
        '{{ indicator_id }}' as indicator_id,
        grid.region_code,
        grid.region_level,
        grid.period_id,
        unit.unit,
        'settled' as standing,
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
        and measured.standing = 'settled'
    union all
    select
        '{{ indicator_id }}' as indicator_id,
        cell_region as region_code,
        null as region_level,
        cell_period as period_id,
        unit,
        standing,
        numerator::double as numerator,
        denominator::double as denominator
    from measured
    where standing <> 'settled'
{%- endmacro %}

{#- Signed values of a figure: what an office answers for, for the region and period it signed, and no other. -#}
{% macro submitted(indicator_id) -%}
    select
        signed.region_code as cell_region,
        signed.period_id as cell_period,
        item.unit,
        'settled' as standing,
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
