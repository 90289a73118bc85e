-- Grain: one row per report period and longer period that is the sum of periods of its kind.
-- Inputs: seed report_period.
-- Caveats: of several kinds that fill a period without a gap the longest is taken: quarters, not months, make a year.
with contained as (
    select
        part.period_id,
        part.period_kind,
        whole.period_id as parent_id,
        part.end_date - part.start_date as days,
        whole.end_date - whole.start_date as parent_days
    from {{ ref('report_period') }} as part
    inner join {{ ref('report_period') }} as whole
        on
            part.start_date >= whole.start_date
            and part.end_date <= whole.end_date
            and part.period_kind <> whole.period_kind
),

filling as (
    select
        parent_id,
        period_kind
    from contained
    group by parent_id, period_kind
    having sum(days) = max(parent_days)
    qualify row_number() over (partition by parent_id order by count(*), period_kind) = 1
)

select
    contained.period_id,
    contained.parent_id
from contained
inner join filling on contained.parent_id = filling.parent_id and contained.period_kind = filling.period_kind
