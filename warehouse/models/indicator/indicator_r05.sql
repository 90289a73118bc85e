-- Grain: one row per region, period and unit of R5.
-- Definition: exhibits of the police by date and county of seizure: net grams as weighed, millilitres and plants.
-- Inputs: int_seizure.
-- Caveats: what is not weighed yet is not in it, and pieces are never made into grams; precursors apart.
with cell as (
    {{ in_cells(ref('int_seizure'), 'seized_date', 'seized_region_code') }}
),

measured as (
    {{ measure({
        'tonne': ["sum(amount) filter (where unit = 'tonne')"],
        'litre_liquid': ["sum(amount) filter (where unit = 'litre_liquid')"],
        'plant': ["sum(amount) filter (where unit = 'plant')"],
        'tonne_precursor': ["sum(amount) filter (where unit = 'tonne_precursor')"]
    }) }}
)

{{ on_grid('R5') }}
