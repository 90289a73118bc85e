-- Grain: one row per version of a record.
-- Inputs: all resolved records, stg_delivery.
-- Caveats: line numbers count from the file's own first line; every dataset that has a contract is in it.
with version as (
    {% for dataset in var('datasets', ['police_drug_user']) %}
        select
            '{{ dataset }}' as dataset,
            record_key,
            source_row_token,
            record_token,
            delivery_id,
            line_number,
            is_current
        from {{ records(dataset) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    version.*,
    delivery.file_name
from version
left join {{ ref('stg_delivery') }} as delivery
    on version.dataset = delivery.dataset and version.delivery_id = delivery.delivery_id
order by version.source_row_token
