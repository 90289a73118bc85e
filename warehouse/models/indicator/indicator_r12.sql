-- Grain: one row per region, period and unit of R12.
-- Definition: checkpoints active at the end of the period, by type.
-- Inputs: stg_transport_checkpoint.
-- Caveats: a stock: last day counts.
with stock as (
    {{ at_period_end(reported('transport_checkpoint'), 'region_code') }}
),

cell as (
    select *
    from stock
    where opened_date < cell_end and (closed_date is null or closed_date >= cell_end)
),

measured as (
    {{ measure({
        'checkpoint': ['count(distinct checkpoint_code)'],
        'checkpoint_entry': ["count(distinct checkpoint_code) filter (where checkpoint_type = '入省')"],
        'checkpoint_midway': ["count(distinct checkpoint_code) filter (where checkpoint_type = '中途')"]
    }) }}
)

{{ on_grid('R12') }}
