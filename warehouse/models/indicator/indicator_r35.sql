-- Grain: one row per region, period and unit of R35.
-- Definition: decisions against an arrest, decisions not to charge, returns for more investigation, changed offences
-- and acquittals, each of its own whole.
-- Inputs: stg_procuratorate_charge, stg_court_judgment, int_mention.
-- Caveats: returned and not charged are shares of decisions about the charge; changed and acquitted of first-instance
-- defendants (changed: of those whose charge is known; perhaps it is that of another row of the indictment, and
-- where nobody knows it, perhaps the same and perhaps another).
with arrest as (
    {{ in_cells(reported('procuratorate_charge'), 'arrest_decision_date', 'procuratorate_region_code') }}
),

charge as (
    {{ in_cells(reported('procuratorate_charge'), 'charge_decision_date', 'procuratorate_region_code') }}
),

charged as (
    select
        mention.party_id,
        min(record.charged_offence_name) as charged_offence_name
    from {{ ref('stg_procuratorate_charge') }} as record
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'procuratorate_charge' and record.record_key = mention.record_key
    where record.charge_decision = '起诉'
    group by mention.party_id
),

indictment as (
    select
        indictment_no,
        min(charged_offence_name) as charged_offence_name
    from {{ reported('procuratorate_charge') }} as record
    where charge_decision = '起诉'
    group by indictment_no
),

cell as (
    {{ in_cells(reported('court_judgment'), 'judgment_date', 'court_region_code') }}
),

defendant as (
    {{ with_persons('court_judgment') }}
    where cell.instance = '一审'
),

judged as (
    select
        defendant.*,
        charged.charged_offence_name
    from defendant
    left join charged on defendant.party_id = charged.party_id
),

offence as (
    select
        cell_region,
        cell_period,
        source_row_token,
        standing,
        offence_name,
        charged_offence_name
    from judged
    union all
    select
        judged.cell_region,
        judged.cell_period,
        judged.source_row_token,
        'withheld' as standing,
        judged.offence_name,
        unnest(
            case
                when indictment.charged_offence_name is null then [judged.offence_name, 'another']
                else [indictment.charged_offence_name]
            end
        ) as charged_offence_name
    from judged
    left join indictment on judged.indictment_no = indictment.indictment_no
    where judged.charged_offence_name is null and judged.standing in ('settled', 'withheld')
),

measured as (
    {{ measure({
        'share_arrest_refused': ["count(*) filter (where arrest_decision = '不批准逮捕')", 'count(*)']
    }, 'arrest') }}
    union all
    {{ measure({
        'share_not_charged': ["count(*) filter (where charge_decision = '不起诉')", 'count(*)'],
        'share_returned': ['count(*) filter (where returned_count > 0)', 'count(*)']
    }, 'charge') }}
    union all
    {{ measure({
        'share_offence_changed': [
            'count(*) filter (where offence_name <> charged_offence_name)', 'count(charged_offence_name)'
        ]
    }, 'offence') }}
    union all
    {{ measure({
        'share_acquitted': ["count(*) filter (where penalty = '无罪')", 'count(*)']
    }, 'judged') }}
)

{{ on_grid('R35') }}
