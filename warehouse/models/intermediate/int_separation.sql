-- Grain: one row per treatment order and standing: whether its person lived elsewhere than registered (人户分离).
-- Definition: the county of household registration is none of those the county of residence is today, or was a part of.
-- Inputs: stg_police_treatment_order, int_residence, int_region_present.
-- Caveats: as of the decision, county against county; townships of one county are not told apart. Residence is as
-- int_residence believes it; may_be_separated is what would be by the record beside it, where there is doubt.
with present as (
    select
        region_code,
        list(present_code) as present_codes
    from {{ ref('int_region_present') }}
    group by region_code
),

home as (
    select
        record.record_key,
        record.standing,
        record.hukou_code,
        coalesce(told.residence_code, record.residence_code) as residence_code,
        coalesce(told.other_code, told.residence_code, record.residence_code) as other_code
    from {{ reported('police_treatment_order') }} as record
    left join {{ ref('int_residence') }} as told
        on
            told.dataset = 'police_treatment_order'
            and record.record_key = told.record_key
            and record.residence_code = told.written_code
)

select
    home.record_key,
    home.standing,
    home.hukou_code <> home.residence_code
    and not coalesce(list_has_any(hukou.present_codes, residence.present_codes), false) as is_separated,
    home.hukou_code <> home.other_code
    and not coalesce(list_has_any(hukou.present_codes, other.present_codes), false) as may_be_separated
from home
left join present as hukou on home.hukou_code = hukou.region_code
left join present as residence on home.residence_code = residence.region_code
left join present as other on home.other_code = other.region_code
