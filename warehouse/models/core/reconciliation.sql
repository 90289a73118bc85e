-- Grain: one row per total of ours that an agency also reports: of a column of a delivery, of a facility and month, of
-- the register of a region and period.
-- Inputs: int_reconciliation.
-- Caveats: a cause is likely, not proven; explained says how much of the difference its rows come to. Totals of
-- special-care centres are in health.
select * exclude (clearance)
from {{ ref('int_reconciliation') }}
where clearance = 'warehouse'
order by total_id
