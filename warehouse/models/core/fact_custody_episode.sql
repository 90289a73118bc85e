-- Grain: one row per episode of custody or refused admission: prison, police facilities, compulsory treatment.
-- Inputs: stg_prison_admission, stg_police_custody, stg_rehab_episode, int_visible_mention.
-- Caveats: no source keys or case numbers, the vault resolves the token; rows of minors are in no row view.
with episode as (
    select
        record.source_row_token,
        person.person_id,
        person.case_id,
        'prison' as custody_kind,
        record.prison_region_code as custody_region_code,
        record.offence_name,
        record.admitted_date,
        record.released_date,
        record.refused
    {{ visible_rows('prison_admission', 'record.admitted_date') }}
    union all
    select
        record.source_row_token,
        person.person_id,
        person.case_id,
        case record.custody_type
            when '看守所' then 'detention_centre'
            when '公安强制隔离戒毒所' then 'police_rehab'
            when '拘留所' then 'lockup'
        end as custody_kind,
        record.region_code as custody_region_code,
        null as offence_name,
        record.admitted_date,
        record.released_date,
        record.refused
    {{ visible_rows('police_custody', 'record.admitted_date') }}
    union all
    select
        record.source_row_token,
        person.person_id,
        person.case_id,
        'rehab' as custody_kind,
        record.region_code as custody_region_code,
        null as offence_name,
        record.admitted_date,
        record.lifted_date as released_date,
        false as refused
    {{ visible_rows('rehab_episode', 'record.admitted_date') }}
)

select *
from episode
order by source_row_token
