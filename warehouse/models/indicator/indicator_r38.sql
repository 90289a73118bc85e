-- Grain: one row per region, period and unit of R38.
-- Definition: persons sentenced to prison, not suspended, in effect, past the time limit on the last day of the
-- period, neither held nor lawfully outside; of them for drug offences.
-- Inputs: int_not_held.
-- Caveats: region of the court.
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
        'person': ['count(distinct person_id)'],
        'person_drug': ['count(distinct person_id) filter (where is_drug_offence)']
    }) }}
)

{{ on_grid('R38') }}
