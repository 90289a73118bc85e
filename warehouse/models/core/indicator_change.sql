-- Grain: one row per figure, region, period and unit that differs from the release before.
-- Inputs: indicator, bridge_indicator_dataset, stg_delivery, what the release before published.
-- Caveats: depends on which releases there were, so it is left out when a rebuild is compared. A figure that rests on
-- every dataset (R32) changes by rule unless persons were linked anew.
with moved as (
    select
        coalesce(today.indicator_id, former.indicator_id) as indicator_id,
        coalesce(today.region_code, former.region_code) as region_code,
        coalesce(today.period_id, former.period_id) as period_id,
        coalesce(today.unit, former.unit) as unit,
        former.value as value_before,
        today.value as value_now,
        former.status as status_before,
        today.status as status_now
    from {{ ref('indicator') }} as today
    full outer join {{ previous('indicator') }} as former
        on
            today.indicator_id = former.indicator_id
            and today.region_code = former.region_code
            and today.period_id = former.period_id
            and today.unit = former.unit
    where
        (select count(*) from {{ previous('indicator') }}) > 0
        and (former.value is distinct from today.value or former.status is distinct from today.status)
),

arrived as (
    select
        source.indicator_id,
        source.unit,
        bool_or(delivery.correction_of is not null) as has_correction
    from {{ ref('bridge_indicator_dataset') }} as source
    inner join {{ ref('stg_delivery') }} as delivery on source.dataset = delivery.dataset
    left join {{ previous('fact_submission') }} as known
        on
            delivery.dataset = known.dataset
            and delivery.delivery_id = known.delivery_id
            and delivery.status = known.status
    where known.delivery_id is null
    group by source.indicator_id, source.unit
),

definition as (
    select '{{ var("definitions_fingerprint", "") }}' not in (
        select definitions_fingerprint from {{ previous('release_info') }}
    ) as differs
)

select
    '{{ var("release_id", "") }}' as release_id,
    '{{ var("previous_release_id", "") or "" }}' as previous_release_id,
    moved.indicator_id,
    moved.region_code,
    moved.period_id,
    moved.unit,
    moved.value_before,
    moved.value_now,
    moved.status_before,
    moved.status_now,
    case
        when arrived.has_correction then 'correction'
        when arrived.indicator_id is not null then 'new_rows'
        when definition.differs then 'rule'
        else 're_link'
    end as cause
from moved
cross join definition
left join arrived on moved.indicator_id = arrived.indicator_id and moved.unit = arrived.unit
order by moved.indicator_id, moved.region_code, moved.period_id, moved.unit
