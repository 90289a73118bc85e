-- Grain: one row per region, period and unit of R9.
-- Definition: prison admissions for drug offences, not refused, by date, region of the prison.
-- Inputs: stg_prison_admission, int_mention.
-- Caveats: admissions for other offences are left out.
with cell as (
    {{ in_cells(ref('stg_prison_admission'), 'admitted_date', 'prison_region_code') }}
),

counted as (
    select
        cell.*,
        mention.person_id
    from cell
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'prison_admission' and cell.record_key = mention.record_key
    where not cell.refused and cell.is_drug_offence
),

measured as (
    select
        cell_region,
        cell_period,
        'person' as unit,
        count(distinct person_id) as numerator,
        null as denominator
    from counted
    group by cell_region, cell_period
    union all
    select
        cell_region,
        cell_period,
        'event' as unit,
        count(*) as numerator,
        null as denominator
    from counted
    group by cell_region, cell_period
)

{{ on_grid('R9') }}
