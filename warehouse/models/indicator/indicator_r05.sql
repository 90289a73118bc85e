-- Grain: one row per region, period and unit of R5.
-- Definition: grams, millilitres and plants handed over by date of seizure, region of the checkpoint.
-- Inputs: int_handover.
-- Caveats: pieces and tablets are never in it; precursors apart.
with cell as (
    {{ in_cells(ref('int_handover'), 'seized_date', 'region_code') }}
),

measured as (
    {{ measure({
        'tonne': ["sum(quantity_value) filter (where unit = 'tonne')"],
        'litre_liquid': ["sum(quantity_value) filter (where unit = 'litre_liquid')"],
        'plant': ["sum(quantity_value) filter (where unit = 'plant')"],
        'tonne_precursor': ["sum(quantity_value) filter (where unit = 'tonne_precursor')"]
    }) }}
)

{{ on_grid('R5') }}
