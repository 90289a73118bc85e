-- Grain: one row per region, period and unit of R44.
-- Definition: orders reported to within 15 days, of those served in the period; tests done, of those due in it; on its
-- last day persons out of contact for more than 30 days, of those in execution.
-- Inputs: int_community_order, stg_police_drug_test.
-- Caveats: a refused test is not done; region of the place that carries the order out, or of the test.
with cell as (
    {{ in_cells(ref('int_community_order'), 'served_date', 'execution_region_code') }}
),

test as (
    {{ in_cells(reported('police_drug_test'), 'due_date', 'test_region_code') }}
),

stock as (
    {{ at_period_end(ref('int_community_order'), 'execution_region_code') }}
),

in_execution as (
    select
        *,
        out_of_contact_date + 30 < cell_end - interval 1 day
        and (contact_regained_date is null or contact_regained_date >= cell_end) as is_unreachable
    from stock
    where reported_date < cell_end and (lifted_date is null or lifted_date >= cell_end)
),

measured as (
    {{ measure({'share_reported': ['count(*) filter (where reported_date <= served_date + 15)', 'count(*)']}) }}
    union all
    {{ measure({'share_tested': ["count(*) filter (where test_result in ('阴性', '阳性'))", 'count(*)']}, 'test') }}
    union all
    {{ measure({'share_unreachable': ['count(*) filter (where is_unreachable)', 'count(*)']}, 'in_execution') }}
)

{{ on_grid('R44') }}
