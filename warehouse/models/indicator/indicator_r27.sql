-- Grain: one row per region, period and unit of R27.
-- Definition: registered persons arrested in the period, of those registered and current at its end; convictions at
-- first instance with recidivism (刑法 65) and with a repeated drug offence (刑法 356), of all convictions.
-- Inputs: int_register_person, stg_police_case_suspect, stg_court_judgment, int_mention.
-- Caveats: both kinds of recidivism are counted apart; region of registration, or of the court. Whom a withheld arrest
-- is about nobody knows: perhaps somebody registered where it was made.
with stock as (
    {{ at_period_end(ref('int_register_person'), 'region_code') }}
),

arrest as (
    select distinct
        mention.person_id,
        period.period_id
    from {{ ref('stg_police_case_suspect') }} as suspect
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_case_suspect' and suspect.record_key = mention.record_key
    inner join {{ ref('report_period') }} as period
        on suspect.arrested_date >= period.start_date and suspect.arrested_date < period.end_date
),

cell as (
    select
        stock.*,
        arrest.person_id is not null as is_arrested
    from stock
    left join arrest on stock.person_id = arrest.person_id and stock.cell_period = arrest.period_id
    where
        stock.standing in ('settled', 'outdated', 'revision', 'withheld')
        and stock.first_detected_date < stock.cell_end
        and (stock.register_status = '现有吸毒' or stock.register_status_date >= stock.cell_end)
),

withheld_arrest as (
    {{ in_cells(reported('police_case_suspect'), 'arrested_date', 'arrest_region_code') }}
),

perhaps as (
    select
        cell_region,
        cell_period,
        source_row_token,
        false as is_arrested,
        'outdated' as standing
    from withheld_arrest
    where standing = 'withheld'
    union all
    select
        cell_region,
        cell_period,
        source_row_token,
        true as is_arrested,
        'revision' as standing
    from withheld_arrest
    where standing = 'withheld'
),

registered as (
    select
        cell_region,
        cell_period,
        source_row_token,
        is_arrested,
        standing
    from cell
    union all
    select * from perhaps
),

judgment as (
    {{ in_cells(reported('court_judgment'), 'judgment_date', 'court_region_code') }}
),

conviction as (
    select *
    from judgment
    where instance = '一审' and penalty <> '无罪'
),

measured as (
    {{ measure({'share_criminal': ['count(*) filter (where is_arrested)', 'count(*)']}, 'registered') }}
    union all
    {{ measure({
        'share_recidivist': ['count(*) filter (where recidivist)', 'count(*)'],
        'share_drug_recidivist': ['count(*) filter (where drug_recidivist)', 'count(*)']
    }, 'conviction') }}
)

{{ on_grid('R27') }}
