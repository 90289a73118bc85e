-- Grain: one row per region, period and unit of R12.
-- Definition: checkpoints active at the end of the period, by type.
-- Inputs: stg_transport_checkpoint.
-- Caveats: a stock: last day counts.
with stock as (
    {{ at_period_end(ref('stg_transport_checkpoint'), 'region_code') }}
),

cell as (
    select *
    from stock
    where opened_date < cell_end and (closed_date is null or closed_date >= cell_end)
),

measured as (
    select
        cell_region,
        cell_period,
        'checkpoint' as unit,
        count(distinct checkpoint_code) as numerator,
        null as denominator
    from cell
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'checkpoint_entry' as unit,
        count(distinct checkpoint_code) as numerator,
        null as denominator
    from cell
    where checkpoint_type = '入省'
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'checkpoint_midway' as unit,
        count(distinct checkpoint_code) as numerator,
        null as denominator
    from cell
    where checkpoint_type = '中途'
    group by cell_region, cell_period
)

{{ on_grid('R12') }}
