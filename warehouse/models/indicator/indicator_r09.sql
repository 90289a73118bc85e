-- Grain: one row per region, period and unit of R9.
-- Definition: prison admissions for drug offences, not refused, by date, region of the prison.
-- Inputs: stg_prison_admission, int_mention.
-- Caveats: admissions for other offences are left out.
with cell as (
    {{ in_cells(reported('prison_admission'), 'admitted_date', 'prison_region_code') }}
),

counted as (
    {{ with_persons('prison_admission') }}
    where not cell.refused and cell.is_drug_offence
),

measured as (
    {{ persons_and_events() }}
)

{{ on_grid('R9') }}
