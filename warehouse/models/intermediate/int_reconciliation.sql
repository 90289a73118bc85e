-- Grain: one row per total of ours that an agency also reports.
-- Inputs: stg_control_total, stg_delivery, int_facility_total, int_register_total.
-- Caveats: each cause rests on rows: what would ours be with rows in quarantine, without rows entered after the agency
-- had counted, with persons or entries counted the other way, under another threshold of the linkage? The likely cause
-- is the one that leaves least of the difference; where nothing was received it is that. A cause that would leave more
-- of the difference is none.
with compared as (
    select
        'control_total' as source,
        total.dataset,
        total.delivery_id,
        null as facility_code,
        null as region_code,
        delivery.period_start,
        delivery.period_end,
        total.column_name as measure,
        'warehouse' as clearance,
        total.claimed as theirs,
        total.resolved as ours,
        total.status = 'refused' or coalesce(delivery.rows_claimed > delivery.rows_physical, false) as is_unheard,
        total.quarantined as withheld,
        null as revision,
        null as late,
        null as duplicates,
        null as strict,
        null as loose,
        total.status = 'quarantined' as is_withheld,
        delivery.rows_duplicate > 0 and total.claimed > total.resolved as is_duplicate
    from {{ ref('stg_control_total') }} as total
    left join {{ ref('stg_delivery') }} as delivery
        on total.dataset = delivery.dataset and total.delivery_id = delivery.delivery_id
    union all by name
    select
        'facility_month' as source,
        *
    from {{ ref('int_facility_total') }}
    union all by name
    select
        'register' as source,
        'commission_register' as dataset,
        'warehouse' as clearance,
        *
    from {{ ref('int_register_total') }}
),

total as (
    select
        * replace (theirs::decimal(18, 3) as theirs, ours::decimal(18, 3) as ours),
        concat_ws('|', source, dataset, delivery_id, facility_code, region_code, period_start, measure) as total_id,
        theirs::decimal(18, 3) - ours::decimal(18, 3) as difference
    from compared
),

reason as (
    select
        total_id,
        1 as place,
        'file_not_received' as likely_cause,
        null as explained
    from total
    where is_unheard
    {% for column, cause in (
        ('withheld', 'rows_in_quarantine'),
        ('revision', 'rows_in_quarantine'),
        ('late', 'late_rows'),
        ('duplicates', 'duplicate_records'),
        ('strict', 'linkage'),
        ('loose', 'linkage')
    ) %}
        union all
        select
            total_id,
            2 as place,
            '{{ cause }}' as likely_cause,
            {{ column }}::decimal(18, 3) as explained
        from total
        where abs(difference - {{ column }}) < abs(difference)
    {% endfor %}
    -- Rows without a readable amount, and repetitions, are there without saying how much they come to.
    union all
    select
        total_id,
        case when is_withheld then 2 else 3 end as place,
        case when is_withheld then 'rows_in_quarantine' else 'duplicate_records' end as likely_cause,
        null as explained
    from total
    where is_withheld or is_duplicate
),

likely as (
    select
        total.total_id,
        reason.likely_cause,
        reason.explained
    from total
    inner join reason on total.total_id = reason.total_id
    qualify row_number() over (
        partition by total.total_id
        order by reason.place, abs(total.difference - reason.explained) nulls last, reason.likely_cause
    ) = 1
),

agency as (
    select
        dataset,
        min(agency) as agency
    from {{ ref('stg_delivery') }}
    group by dataset
)

select
    total.total_id,
    total.source,
    total.dataset,
    agency.agency,
    total.delivery_id,
    total.facility_code,
    total.region_code,
    total.period_start,
    total.period_end,
    total.measure,
    total.clearance,
    total.theirs,
    total.ours,
    total.difference,
    case when total.difference = 0 then 'none' else coalesce(likely.likely_cause, 'unexplained') end as likely_cause,
    case when total.difference <> 0 then likely.explained end as explained
from total
left join likely on total.total_id = likely.total_id
left join agency on total.dataset = agency.dataset
