-- Grain: one row per record that totals are compared over.
-- Inputs: all versions of the resolved records.
-- Caveats: entered_on is the latest day on which the record can have been made, and unknown (NULL) where the first
-- version we have is a change. Snapshots give the last change before each, so a rare snapshot makes it later.
{% set compared = (
    'rehab_episode', 'police_custody', 'health_centre_episode', 'police_drug_user',
    'rehab_facility_month', 'health_facility_month'
) %}
{% for dataset in compared %}
    select
        '{{ dataset }}' as dataset,
        record_key,
        min(updated_at) filter (where record_status = '增')::date as entered_on,
        max(updated_at)::date as changed_on
    from {{ records(dataset) }}
    group by record_key
    {% if not loop.last %}union all{% endif %}
{% endfor %}
