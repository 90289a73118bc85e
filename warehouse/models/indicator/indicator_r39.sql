-- Grain: one row per region, period and unit of R39.
-- Definition: the persons of R38 by length of their sentence, and the longest.
-- Inputs: int_not_held.
-- Caveats: restricted: never in the mart; life and suspended death sentences count above every term.
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
        'person_to_3_years': ['count(distinct person_id) filter (where term_months <= 36)'],
        'person_to_7_years': ['count(distinct person_id) filter (where term_months > 36 and term_months <= 84)'],
        'person_to_15_years': ['count(distinct person_id) filter (where term_months > 84 and term_months <= 180)'],
        'person_over_15_years': [
            'count(distinct person_id) filter (where term_months is null or term_months > 180)'
        ],
        'longest_term_months': ['max(term_months)', 'count(*)']
    }) }}
)

{{ on_grid('R39') }}
