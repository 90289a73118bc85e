-- Grain: one row per figure and period.
-- Inputs: stg_delivery, seeds indicator_source, report_period.
-- Caveats: a refused delivery lowers coverage only if no accepted one has its dataset and period; a snapshot
-- speaks for everything before it. A row that a correction brought again counts there, not in its quarantine.
-- NULL: nothing was delivered. R32 is about the deliveries themselves: any delivery covers it.
with delivery as (
    select one.*
    from {{ ref('stg_delivery') }} as one
    where
        one.status = 'accepted'
        or (
            one.status = 'rejected'
            and not exists (
                select 1
                from {{ ref('stg_delivery') }} as good
                where
                    good.status = 'accepted'
                    and good.dataset = one.dataset
                    and good.period_start is not distinct from one.period_start
                    and good.period_end is not distinct from one.period_end
            )
        )
),

by_dataset as (
    select
        source.indicator_id,
        period.period_id,
        source.dataset,
        count(*) filter (where delivery.status = 'accepted') as accepted,
        coalesce(sum(delivery.rows_staged) filter (where delivery.status = 'accepted'), 0) as staged,
        coalesce(sum(delivery.rows_staged + delivery.rows_quarantined - delivery.rows_cleared), 0) as claimed
    from {{ ref('indicator_source') }} as source
    cross join {{ ref('report_period') }} as period
    left join delivery
        on
            source.dataset = delivery.dataset
            and period.start_date < delivery.period_end
            and (source.delivery_mode = 'snapshot' or period.end_date > delivery.period_start)
    group by source.indicator_id, period.period_id, source.dataset
)

select
    indicator_id,
    period_id,
    case
        when min(accepted) > 0
            then min(case when claimed = 0 then 1.0 else staged::double / claimed end)
    end::double as coverage
from by_dataset
group by indicator_id, period_id
union all
select
    'R32' as indicator_id,
    period.period_id,
    case when (select count(*) from delivery) > 0 then 1.0 end::double as coverage
from {{ ref('report_period') }} as period
