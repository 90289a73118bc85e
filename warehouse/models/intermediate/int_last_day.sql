-- Grain: one row.
-- Inputs: stg_delivery.
-- Caveats: the last day any accepted delivery is about, not after the day the release speaks for.
select least(max(period_end) - 1, {{ as_of() }}) as last_day
from {{ ref('stg_delivery') }}
where status = 'accepted'
