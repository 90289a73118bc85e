-- Grain: one row per region, period and unit of R37.
-- Definition: persons detained and not admitted to a detention centre, of those detained; persons arrested for
-- trafficking whose earlier arrest for it led to no custody.
-- Inputs: int_detained, int_trafficking_arrest.
-- Caveats: counts only: no list of persons is made of it.
with cell as (
    {{ in_cells(ref('int_detained'), 'detained_date', 'handling_region_code') }}
),

arrest as (
    {{ in_cells(ref('int_trafficking_arrest'), 'arrested_date', 'arrest_region_code') }}
),

again as (
    select *
    from arrest
    where was_let_go_before
),

measured as (
    {{ measure({'share_not_admitted': ['count(*) filter (where not is_admitted)', 'count(*)']}) }}
    union all
    {{ measure({'person_again': ['count(distinct person_id)']}, 'again') }}
)

{{ on_grid('R37') }}
