-- Grain: one row per region, period and number of registered drug users an anti-drug office signed.
-- Inputs: stg_commission_register, indicator_r24, stg_police_drug_user, int_mention, int_entered, int_region_path, seed
-- report_period.
-- Caveats: an item named after a unit of R24 is compared with it, if its period is a report period. Offices may count
-- rows of the register, so that somebody registered in two counties counts twice: duplicates is what that would add.
with signed as (
    select
        item.record_key,
        item.standing,
        item.region_code,
        item.period_id,
        item.signed_date,
        item.submitted_value as persons,
        regexp_extract(item.item_code, '^R24_(person_\w+)$', 1) as measure
    from {{ reported('commission_register') }} as item
    where item.item_code like 'R24\_person\_%' escape '\'
),

counted as (
    select
        region_code,
        period_id,
        unit,
        {{ at_standing('numerator', 'settled') }} as ours,
        {{ at_standing('numerator', 'revision') }} - {{ at_standing('numerator', 'outdated') }}
        + {{ at_standing('numerator', 'withheld') }} as withheld,
        {{ at_standing('numerator', 'strict_come') }} - {{ at_standing('numerator', 'strict_gone') }} as strict,
        {{ at_standing('numerator', 'loose_come') }} - {{ at_standing('numerator', 'loose_gone') }} as loose
    from {{ ref('indicator_r24') }}
    group by region_code, period_id, unit
),

compared as (
    select
        signed.record_key,
        signed.region_code,
        signed.period_id,
        signed.measure,
        signed.signed_date,
        period.start_date,
        period.end_date,
        signed.persons as theirs,
        signed.persons - revision.persons as revision,
        counted.ours,
        counted.withheld,
        counted.strict,
        counted.loose
    from signed
    inner join {{ ref('report_period') }} as period on signed.period_id = period.period_id
    inner join counted
        on
            signed.region_code = counted.region_code
            and signed.period_id = counted.period_id
            and signed.measure = counted.unit
    left join signed as revision on signed.record_key = revision.record_key and revision.standing = 'revision'
    where signed.standing = 'settled'
),

-- Rows of the register, as often as they are alike: only totals that differ need them.
entry as (
    select
        row_of.register_region_code,
        row_of.first_detected_date,
        case when row_of.register_status <> '现有吸毒' then row_of.register_status_date end as ceased_date,
        entered.entered_on,
        count(*) as entries
    from {{ ref('stg_police_drug_user') }} as row_of
    left join {{ ref('int_entered') }} as entered
        on row_of.record_key = entered.record_key and entered.dataset = 'police_drug_user'
    where row_of.first_detected_date is not null
    group by all
),

listed as (
    select
        compared.record_key,
        sum(entry.entries) as entries,
        coalesce(sum(entry.entries) filter (where entry.entered_on > compared.signed_date), 0) as late
    from compared
    inner join {{ ref('int_region_path') }} as path on compared.region_code = path.region_code
    inner join entry
        on
            path.event_region_code = entry.register_region_code
            and compared.end_date > entry.first_detected_date
    where
        compared.theirs <> compared.ours
        and case compared.measure
            when 'person_new' then entry.first_detected_date >= compared.start_date
            when 'person_current' then coalesce(entry.ceased_date >= compared.end_date, true)
            else true
        end
    group by compared.record_key
)

select
    compared.region_code,
    compared.start_date as period_start,
    compared.end_date as period_end,
    compared.measure,
    compared.theirs,
    compared.ours,
    coalesce(known.known_until < compared.end_date - 1, true) as is_unheard,
    compared.withheld,
    compared.revision,
    -coalesce(listed.late, 0) as late,
    greatest(coalesce(listed.entries - compared.ours, 0), 0) as duplicates,
    compared.strict,
    compared.loose
from compared
left join listed on compared.record_key = listed.record_key
left join {{ ref('int_known_until') }} as known on known.dataset = 'police_drug_user'
