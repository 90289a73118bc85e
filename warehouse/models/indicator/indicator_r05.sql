-- Grain: one row per region, period and unit of R5.
-- Definition: grams, millilitres and plants handed over by date of seizure, region of the checkpoint.
-- Inputs: int_handover_cell.
-- Caveats: pieces and tablets are never in it; precursors apart.
with measured as (
    select
        *,
        null as denominator
    from {{ ref('int_handover_cell') }}
)

{{ on_grid('R5') }}
