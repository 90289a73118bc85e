-- Grain: one row per region, period and unit of R16.
-- Definition: licences for precursors inspected in the period, of those in force in it; sales filed late or not at
-- all.
-- Inputs: stg_market_enterprise, stg_market_precursor_flow, seed precursor.
-- Caveats: class I is to be filed in 5 days, II and III in 30 (易制毒化学品管理条例 19); a sale whose limit is not over is not
-- late. In quarantine a sale is in the county of its licence and of the class of its substance, whatever is written.
with enterprise as (
    select
        *,
        (report_month || '-01')::date as month_start
    from {{ reported('market_enterprise') }} as reported
),

cell as (
    {{ in_cells('enterprise', 'month_start', 'region_code') }}
),

holder as (
    select
        licence_no,
        min(region_code) as region_code
    from {{ ref('stg_market_enterprise') }}
    group by licence_no
),

substance as (
    select
        precursor_name,
        min(precursor_class) as precursor_class
    from {{ ref('precursor') }}
    where valid_to is null
    group by precursor_name
),

flow as (
    select
        sold.* replace (
            coalesce(holder.region_code, sold.region_code) as region_code,
            coalesce(substance.precursor_class, sold.precursor_class) as precursor_class
        )
    from {{ reported('market_precursor_flow') }} as sold
    left join holder on sold.standing in ('revision', 'withheld') and sold.licence_no = holder.licence_no
    left join substance
        on sold.standing in ('revision', 'withheld') and sold.precursor_name = substance.precursor_name
),

sale as (
    {{ in_cells('flow', 'traded_date', 'region_code') }}
),

judged as (
    select
        sale.*,
        traded_date + case when precursor_class = '第一类' then 5 else 30 end
        < coalesce(sale_filed_date, known.last_day) as is_late
    from sale
    cross join {{ ref('int_last_day') }} as known
),

measured as (
    {{ measure({
        'licence': ['count(distinct licence_no)'],
        'share_inspected': ['count(distinct licence_no) filter (where inspections > 0)', 'count(distinct licence_no)']
    }) }}
    union all
    {{ measure({'share_late_filing': ['count(*) filter (where is_late)', 'count(*)']}, 'judged') }}
)

{{ on_grid('R16') }}
