{#- Datasets that say where a person is registered and lives, but for those of health. -#}
{% macro dwelling_datasets() -%}
    {{ return([
        'corrections_supervision',
        'court_delivery',
        'court_judgment',
        'police_case_suspect',
        'police_community_treatment',
        'police_custody',
        'police_drug_test',
        'police_drug_user',
        'police_treatment_order',
        'prison_admission',
        'procuratorate_charge',
        'rehab_episode',
        'rehab_transfer_request',
        'transport_handover'
    ]) }}
{%- endmacro %}

{#- Times of `per` that follow each other without gap or overlap, one of them current, saying what `today` says. -#}
{% test one_after_another(model, per, today, same) %}
with counted as (
    select
        {{ per }},
        count(*) as versions,
        count(distinct version_number) as numbers,
        count(*) filter (where is_current and valid_to is null) as current_ones
    from {{ model }}
    group by {{ per }}
),

following as (
    select
        {{ per }},
        valid_from,
        valid_to,
        lead(valid_from) over (partition by {{ per }} order by version_number) as next_from
    from {{ model }}
)

select today.{{ per }}
from {{ today }} as today
left join counted using ({{ per }})
where counted.versions is null or counted.versions <> counted.numbers or counted.current_ones <> 1
union all
select {{ per }} from following where valid_to is distinct from next_from or valid_from >= valid_to
union all
select version.{{ per }}
from {{ model }} as version
inner join {{ today }} as today using ({{ per }})
where
    version.is_current
    and (
        {% for name in same %}
            version.{{ name }} is distinct from today.{{ name }} {% if not loop.last %}or{% endif %}
        {% endfor %}
    )
{% endtest %}
