-- Grain: one row per region, period and unit of R27.
-- Definition: registered persons arrested in the period, of those registered and current at its end; convictions at
-- first instance with recidivism (刑法 65) and with a repeated drug offence (刑法 356), of all convictions.
-- Inputs: int_register_person, stg_police_case_suspect, stg_court_judgment, int_mention.
-- Caveats: both kinds of recidivism are counted apart; region of registration, or of the court. Whom a withheld arrest
-- is about nobody knows: perhaps somebody registered where it was made, or in the county of residence or household.
with stock as (
    {{ at_period_end(ref('int_register_person'), 'region_code') }}
),

arrest as (
    select distinct
        mention.person_id,
        mention.person_strict,
        mention.person_loose,
        period.period_id
    from {{ ref('stg_police_case_suspect') }} as suspect
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_case_suspect' and suspect.record_key = mention.record_key
    inner join {{ ref('report_period') }} as period
        on suspect.arrested_date >= period.start_date and suspect.arrested_date < period.end_date
),

-- Whom the strict threshold of the linkage joins the settled one does too, and whom that joins the loose one.
arrested as (
    select
        entry.person_id,
        arrest.period_id,
        bool_or(entry.person_id = arrest.person_id) as is_arrested,
        bool_or(entry.person_strict = arrest.person_strict) as is_arrested_strict,
        true as is_arrested_loose
    from {{ ref('int_mention') }} as entry
    inner join arrest on entry.person_loose = arrest.person_loose
    where entry.dataset = 'police_drug_user'
    group by entry.person_id, arrest.period_id
),

cell as (
    select
        stock.*,
        coalesce(arrested.is_arrested, false) as is_arrested,
        coalesce(arrested.is_arrested_strict, false) as is_arrested_strict,
        coalesce(arrested.is_arrested_loose, false) as is_arrested_loose
    from stock
    left join arrested on stock.person_id = arrested.person_id and stock.cell_period = arrested.period_id
    where
        stock.standing in ('settled', 'outdated', 'revision', 'withheld')
        and stock.first_detected_date < stock.cell_end
        and (stock.register_status = '现有吸毒' or stock.register_status_date >= stock.cell_end)
),

waiting as (
    select *
    from {{ reported('police_case_suspect') }} as record
    where standing = 'withheld'
),

withheld_arrest as (
    {% for region in ('arrest_region_code', 'residence_code', 'hukou_code') %}
        {{ in_cells('waiting', 'arrested_date', region) }}
        {% if not loop.last %}union{% endif %}
    {% endfor %}
),

perhaps as (
    select
        cell_region,
        cell_period,
        source_row_token,
        false as is_arrested,
        'outdated' as standing
    from withheld_arrest
    union all
    select
        cell_region,
        cell_period,
        source_row_token,
        true as is_arrested,
        'revision' as standing
    from withheld_arrest
),

flagged as (
    {{ flagged_by_threshold('cell', 'is_arrested') }}
),

registered as (
    select
        cell_region,
        cell_period,
        source_row_token,
        is_arrested,
        standing
    from flagged
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
