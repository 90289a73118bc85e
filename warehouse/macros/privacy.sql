{#- Day the release speaks for. -#}
{% macro as_of() -%}
    '{{ var("as_of", "2000-01-01") }}'::date
{%- endmacro %}

{#- Whether somebody was under 18 on a day: such rows are sealed (刑诉法 286, 治安管理处罚法 136), in no row view. -#}
{% macro is_minor(birth_date, day) -%}
    coalesce(date_sub('year', {{ birth_date }}, {{ day }}) < 18, false)
{%- endmacro %}

{#- Rows of a dataset about persons in an active view, without those of somebody under 18 on the day of the row. -#}
{% macro visible_rows(dataset, day) -%}
    from {{ ref('stg_' ~ dataset) }} as record
    inner join {{ ref('int_visible_mention') }} as person
        on record.record_key = person.record_key and person.dataset = '{{ dataset }}'
    where not {{ is_minor('person.birth_date', day) }}
{%- endmacro %}

{#- Hand-offs one file may hold, of persons in an active view, without those of somebody under 18 when it opened. -#}
{% macro visible_handoffs(clearance) -%}
    from {{ ref('int_handoff') }} as edge
    left join {{ ref('int_person') }} as person on edge.person_id = person.person_id
    where
        edge.clearance = '{{ clearance }}'
        and (
            edge.person_id is null
            or (
                edge.person_id in (select visible.person_id from {{ ref('int_visible_mention') }} as visible)
                and not {{ is_minor('person.birth_date', 'edge.opened_on') }}
            )
        )
{%- endmacro %}
