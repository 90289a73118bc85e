-- Grain: one row per region, period and unit of R13.
-- Definition: drug parcels intercepted at airports and traced back, of those intercepted in the period, region of the
-- airport.
-- Inputs: stg_aviation_interception.
-- Caveats: a parcel counts in the period of its interception, whenever the trace was closed.
with cell as (
    {{ in_cells(reported('aviation_interception'), 'intercepted_date', 'region_code') }}
),

measured as (
    {{ measure({
        'parcel': ["count(*)"],
        'share_traced': ["count(*) filter (where trace_result = '已倒查')", "count(*)"]
    }) }}
)

{{ on_grid('R13') }}
