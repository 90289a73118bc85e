-- Grain: one row per region, period and unit of R14.
-- Definition: distinct venues inspected by date of inspection; leads by date sent, and those of them the police filed
-- a case on.
-- Inputs: stg_culture_inspection, stg_police_case_suspect.
-- Caveats: a lead is filed when a police case cites its number.
with cell as (
    {{ in_cells(reported('culture_inspection'), 'inspected_date', 'region_code') }}
),

sent as (
    {{ in_cells(reported('culture_inspection'), 'lead_sent_date', 'region_code') }}
),

lead as (
    select
        *,
        lead_no in (select suspect.lead_no from {{ ref('stg_police_case_suspect') }} as suspect) as is_filed
    from sent
    where lead_no is not null
),

measured as (
    {{ measure({'venue': ['count(distinct unified_credit_code)']}) }}
    union all
    {{ measure({
        'lead': ['count(distinct lead_no)'],
        'share_filed': ['count(distinct lead_no) filter (where is_filed)', 'count(distinct lead_no)']
    }, 'lead') }}
)

{{ on_grid('R14') }}
