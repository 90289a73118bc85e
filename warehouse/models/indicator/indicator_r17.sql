-- Grain: one row per region, period and unit of R17.
-- Definition: persons whose first detection lies in the period, region of that register row.
-- Inputs: int_register_person.
-- Caveats: deduplicated province-wide.
with cell as (
    {{ in_cells(ref('int_register_person'), 'first_detected_date', 'region_code') }}
),

measured as (
    {{ measure({'person': ['count(*)']}) }}
)

{{ on_grid('R17') }}
