-- Grain: one row per person in an active view and day a record said where the person is registered or lives.
-- Definition: the county last written on that day, by when the record says it was changed; versions that were replaced
-- since count, unless neither name nor number is that of the record today (then they were never about this person).
-- Inputs: resolved records, int_visible_mention.
-- Caveats: nothing from before 18. Health records are left out: the day of a treatment is no one's to see here. Of two
-- codes written at one moment the higher counts.
with version as (
    {% for dataset in dwelling_datasets() %}
        select
            mention.person_id,
            version.updated_at,
            version.hukou_code,
            version.residence_code
        from {{ records(dataset) }} as version
        inner join {{ records(dataset) }} as today
            on
                version.record_key = today.record_key
                and today.is_current
                and (version.name is not distinct from today.name or version.id_no = today.id_no)
        inner join {{ ref('int_visible_mention') }} as mention
            on version.record_key = mention.record_key and mention.dataset = '{{ dataset }}'
        where
            version.updated_at is not null
            and not version.is_deleted
            and not {{ is_minor('mention.birth_date', 'version.updated_at::date') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    person_id,
    updated_at::date as said_on,
    {% for place in ('hukou', 'residence') %}
        -- A moment and a code in one number: the last code of the day is the greatest.
        lpad(
            (max(epoch(updated_at)::bigint * 1000000 + {{ place }}_code::bigint) % 1000000)::varchar, 6, '0'
        ) as {{ place }}_code{% if not loop.last %},{% endif %}
    {% endfor %}
from version
group by person_id, updated_at::date
