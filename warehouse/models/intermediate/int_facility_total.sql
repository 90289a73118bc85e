-- Grain: one row per facility, month and number of persons the facility reports.
-- Inputs: stg_rehab_facility_month, stg_health_facility_month, int_stay, int_entered, int_unheard, int_known_until.
-- Caveats: compared are facilities whose stays are exported: of compulsory treatment, and special-care centres. Nobody
-- exports who is in a clinic or comes of free will. A month whose only report waits in quarantine is not compared.
with report as (
    select
        'rehab_facility_month' as dataset,
        case when operated_by = '公安' then 'police_custody' else 'rehab_episode' end as record_dataset,
        'warehouse' as clearance,
        record_key,
        standing,
        facility_code,
        region_code,
        report_month,
        'occupied' as measure,
        occupied as persons
    from {{ reported('rehab_facility_month') }} as report
    {% for measure in ('in_treatment', 'newly_enrolled') %}
        union all
        select
            'health_facility_month' as dataset,
            'health_centre_episode' as record_dataset,
            'health' as clearance,
            record_key,
            standing,
            facility_code,
            region_code,
            report_month,
            '{{ measure }}' as measure,
            {{ measure }} as persons
        from {{ reported('health_facility_month') }} as report
        where facility_type = '病残收治中心'
    {% endfor %}
),

month as (
    select
        report.*,
        revision.persons as revised,
        entered.changed_on,
        (report.report_month || '-01')::date as period_start,
        ((report.report_month || '-01')::date + interval 1 month)::date as period_end
    from report
    left join report as revision
        on
            report.dataset = revision.dataset
            and report.record_key = revision.record_key
            and report.measure = revision.measure
            and revision.standing = 'revision'
    left join {{ ref('int_entered') }} as entered
        on report.dataset = entered.dataset and report.record_key = entered.record_key
    where report.standing = 'settled' and report.persons is not null
),

counted as (
    select
        month.dataset,
        month.record_key,
        month.measure,
        count(*) filter (where stay.standing = 'settled') as ours,
        count(distinct stay.person_id) filter (where stay.standing = 'settled') as persons,
        count(*) filter (where stay.standing in ('revision', 'withheld'))
        - count(*) filter (where stay.standing = 'outdated') as withheld,
        count(*) filter (where stay.standing = 'settled' and stay.entered_on > month.changed_on) as late
    from month
    inner join {{ ref('int_stay') }} as stay
        on month.facility_code = stay.facility_code and month.record_dataset = stay.dataset
    where
        case
            when month.measure = 'newly_enrolled'
                then stay.admitted_date >= month.period_start and stay.admitted_date < month.period_end
            else
                stay.admitted_date < month.period_end
                and coalesce(stay.left_date >= month.period_end, true)
                and not coalesce(
                    stay.away_from < month.period_end and coalesce(stay.away_until >= month.period_end, true), false
                )
        end
    group by month.dataset, month.record_key, month.measure
)

select
    month.dataset,
    month.clearance,
    month.facility_code,
    month.region_code,
    month.period_start,
    month.period_end,
    month.measure,
    month.persons as theirs,
    coalesce(counted.ours, 0) as ours,
    known.known_until is null
    or exists (
        select 1
        from {{ ref('int_unheard') }} as unheard
        where
            month.record_dataset = unheard.dataset
            and unheard.from_date < month.period_end
            and (month.measure <> 'newly_enrolled' or coalesce(unheard.until_date > month.period_start, true))
    ) as is_unheard,
    coalesce(counted.withheld, 0) as withheld,
    month.persons - month.revised as revision,
    -coalesce(counted.late, 0) as late,
    coalesce(counted.persons - counted.ours, 0) as duplicates
from month
left join counted
    on
        month.dataset = counted.dataset
        and month.record_key = counted.record_key
        and month.measure = counted.measure
left join {{ ref('int_known_until') }} as known on month.record_dataset = known.dataset
