-- Grain: one row per dataset with an accepted delivery.
-- Inputs: stg_delivery.
-- Caveats: the last day the dataset speaks about.
select
    dataset,
    max(period_end) - 1 as known_until
from {{ ref('stg_delivery') }}
where status = 'accepted'
group by dataset
