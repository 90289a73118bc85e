-- Grain: one row per version of a record.
-- Inputs: all resolved records, stg_delivery.
-- Caveats: line numbers count from the file's own first line.
with version as (
    select
        'police_drug_user' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('police_drug_user') }}
    union all
    select
        'police_case_suspect' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('police_case_suspect') }}
    union all
    select
        'court_judgment' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('court_judgment') }}
    union all
    select
        'prison_admission' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('prison_admission') }}
    union all
    select
        'health_centre_episode' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('health_centre_episode') }}
    union all
    select
        'health_facility_month' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('health_facility_month') }}
    union all
    select
        'transport_checkpoint' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('transport_checkpoint') }}
    union all
    select
        'transport_checkpoint_day' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('transport_checkpoint_day') }}
    union all
    select
        'transport_handover' as dataset,
        record_key,
        source_row_token,
        delivery_id,
        line_number,
        is_current
    from {{ alive('transport_handover') }}
)

select
    version.*,
    delivery.file_name
from version
left join {{ ref('stg_delivery') }} as delivery
    on version.dataset = delivery.dataset and version.delivery_id = delivery.delivery_id
order by source_row_token
