-- Grain: one row per region, period and unit of R11.
-- Definition: persons registered in the province whom another province arrested for trafficking, by date of arrest,
-- county of household registration then.
-- Inputs: stg_police_case_suspect, int_mention.
-- Caveats: the national rank is a signed value, in unit rank of the same figure.
with cell as (
    {{ in_cells(reported('police_case_suspect'), 'arrested_date', 'hukou_code') }}
),

counted as (
    {{ with_persons('police_case_suspect') }}
    where cell.case_source = '外省通报' and {{ is_trafficking('cell.case_type_code') }}
),

measured as (
    {{ persons_and_events() }}
    union all
    {{ submitted('R11') }}
)

{{ on_grid('R11') }}
