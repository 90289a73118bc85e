-- Grain: one row per dataset and stretch of time no accepted delivery speaks about.
-- Inputs: stg_delivery, seed indicator_source.
-- Caveats: the last stretch has no end. A later snapshot speaks for every earlier day; a later delta does not. A
-- dataset without any accepted delivery has no row.
with heard as (
    select
        dataset,
        period_start,
        period_end,
        max(period_end) over (
            partition by dataset order by period_start, period_end rows between unbounded preceding and 1 preceding
        ) as heard_until
    from {{ ref('stg_delivery') }}
    where status = 'accepted'
)

select
    dataset,
    heard_until as from_date,
    period_start as until_date
from heard
where
    period_start > heard_until
    and dataset not in (
        select source.dataset
        from {{ ref('indicator_source') }} as source
        where source.delivery_mode = 'snapshot'
    )
union all
select
    dataset,
    known_until + 1 as from_date,
    null as until_date
from {{ ref('int_known_until') }}
