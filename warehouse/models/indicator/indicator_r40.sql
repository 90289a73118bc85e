-- Grain: one row per region, period and unit of R40.
-- Definition: of the persons of R38 with a known reason why they are not held, the share of each reason.
-- Inputs: int_not_held.
-- Caveats: reasons as the court codes them; medical ones are published for prefectures and up.
with stock as (
    {{ at_period_end(ref('int_not_held'), 'court_region_code') }}
),

cell as (
    select *
    from stock
    where due_on < cell_end and (settled_on is null or settled_on >= cell_end)
),

measured as (
    {{ measure({
        'share_refused': ["count(*) filter (where not_held_reason = '看守所拒收')", 'count(not_held_reason)'],
        'share_swallowed': ["count(*) filter (where not_held_reason = '吞食异物')", 'count(not_held_reason)'],
        'share_no_certificate': [
            "count(*) filter (where not_held_reason = '无指定医院证明')", 'count(not_held_reason)'
        ],
        'share_stayed': ["count(*) filter (where not_held_reason = '中止审理')", 'count(not_held_reason)']
    }) }}
)

{{ on_grid('R40') }}
