-- Grain: one row per arrest for trafficking in a case of the province.
-- Inputs: stg_police_case_suspect, int_detained, int_final_sentence, int_not_held, int_last_day, int_mention.
-- Caveats: let go is who was detained and not admitted, or not detained at all, or sentenced without custody, or
-- sentenced to prison, past the time limit and not held; was_let_go_before says so of an earlier arrest of the same
-- person. What became of an arrest another province gave notice of nobody here knows.
with arrest as (
    select
        suspect.record_key,
        suspect.source_row_token,
        mention.person_id,
        mention.party_id,
        suspect.arrested_date,
        suspect.arrest_region_code
    from {{ ref('stg_police_case_suspect') }} as suspect
    inner join {{ ref('int_mention') }} as mention
        on mention.dataset = 'police_case_suspect' and suspect.record_key = mention.record_key
    where
        suspect.arrested_date is not null
        and {{ is_trafficking('suspect.case_type_code') }}
        and suspect.case_source is distinct from '外省通报'
),

judged as (
    select
        arrest.*,
        coalesce(not detained.is_admitted, true)
        or coalesce(sentence.suspended or sentence.penalty in ('管制', '单处罚金', '免予刑事处罚'), false)
        or not_held.record_key is not null as is_let_go
    from arrest
    left join {{ ref('int_detained') }} as detained on arrest.record_key = detained.record_key
    left join {{ ref('int_final_sentence') }} as sentence on arrest.party_id = sentence.party_id
    cross join {{ ref('int_last_day') }} as known
    left join {{ ref('int_not_held') }} as not_held
        on
            sentence.record_key = not_held.record_key
            and not_held.standing = 'settled'
            and not_held.settled_on is null
            and known.last_day >= not_held.due_on
)

select
    *,
    coalesce(
        bool_or(is_let_go) over (
            partition by person_id order by arrested_date range between unbounded preceding and interval 1 day preceding
        ),
        false
    ) as was_let_go_before
from judged
