-- Grain: one row per region, period and unit of R34.
-- Definition: items with a verified sender, inspected by eye and scanned, of those collected, by month, region of the
-- site.
-- Inputs: stg_postal_compliance_month.
-- Caveats: as reported by the sites.
with site_month as (
    select
        *,
        (report_month || '-01')::date as month_start
    from {{ reported('postal_compliance_month') }} as reported
),

cell as (
    {{ in_cells('site_month', 'month_start', 'region_code') }}
),

measured as (
    {{ measure({
        'share_real_name': ['sum(items_real_name)', 'sum(items_collected)'],
        'share_inspected': ['sum(items_inspected)', 'sum(items_collected)'],
        'share_scanned': ['sum(items_scanned)', 'sum(items_collected)']
    }) }}
)

{{ on_grid('R34') }}
