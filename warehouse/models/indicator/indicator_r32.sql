-- Grain: one row per region, period and unit of R32.
-- Definition: exports that came in time and were accepted, of those due in the period; cases and kilograms the data
-- centre helped with are signed values.
-- Inputs: stg_delivery, stg_commission_register.
-- Caveats: the share is known for the province alone; what is sent for a dataset and period again, because it was
-- unusable or by mistake, is one export that was due.
with delivery as (
    select
        *,
        delivery_id as source_row_token,
        concat_ws('|', dataset, period_start, period_end) as due_export,
        due_at::date as due_date,
        'settled' as standing,
        '{{ var("province", "430000") }}' as region_code
    from {{ ref('stg_delivery') }}
),

cell as (
    {{ in_cells('delivery', 'due_date', 'region_code') }}
),

measured as (
    {{ measure({
        'share_on_time': [
            "count(distinct due_export) filter (where status = 'accepted' and received_at <= due_at)",
            'count(distinct due_export)'
        ]
    }) }}
    union all
    {{ submitted('R32') }}
)

{{ on_grid('R32') }}
