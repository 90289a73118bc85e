-- Grain: one row per region, period and unit of R37.
-- Definition: persons detained and not admitted to a detention centre, of those detained; persons arrested for
-- trafficking whose earlier arrest for it led to no custody.
-- Inputs: int_detained, int_trafficking_arrest, int_handoff (rule detention_to_custody), stg_police_case_suspect.
-- Caveats: counts only: no list of persons is made of it. Who was not admitted is in doubt where an admission waits in
-- quarantine under the same filing number, or linkage may have missed one.
with admission as (
    select filing_doc_no
    from {{ withheld('police_custody') }}
    where custody_type = '看守所' and refused is distinct from true and standing <> 'outdated'
),

doubtful as (
    select edge.record_key
    from {{ ref('int_handoff') }} as edge
    where edge.rule_id = 'detention_to_custody' and edge.cause = 'possible_linkage_miss'
    union
    select suspect.record_key
    from {{ ref('stg_police_case_suspect') }} as suspect
    inner join admission on suspect.filing_doc_no = admission.filing_doc_no
),

in_doubt as (
    select detained.*
    from {{ ref('int_detained') }} as detained
    inner join doubtful on detained.record_key = doubtful.record_key
    where not detained.is_admitted
),

detained as (
    select
        source_row_token,
        handling_region_code,
        detained_date,
        is_admitted,
        'settled' as standing
    from {{ ref('int_detained') }}
    union all
    select
        source_row_token,
        handling_region_code,
        detained_date,
        false as is_admitted,
        'outdated' as standing
    from in_doubt
    union all
    select
        source_row_token,
        handling_region_code,
        detained_date,
        true as is_admitted,
        'revision' as standing
    from in_doubt
    union all
    select
        source_row_token,
        handling_region_code,
        detained_date,
        filing_doc_no in (
            select custody.filing_doc_no
            from {{ ref('stg_police_custody') }} as custody
            where custody.custody_type = '看守所' and not custody.refused and custody.filing_doc_no is not null
        ) as is_admitted,
        standing
    from {{ reported('police_case_suspect') }} as suspect
    where standing = 'withheld' and detained_date is not null
),

cell as (
    {{ in_cells('detained', 'detained_date', 'handling_region_code') }}
),

arrest as (
    {{ in_cells(ref('int_trafficking_arrest'), 'arrested_date', 'arrest_region_code') }}
),

again as (
    select
        *,
        'settled' as standing,
        person_id as person_strict,
        person_id as person_loose
    from arrest
    where was_let_go_before
),

measured as (
    {{ measure({'share_not_admitted': ['count(*) filter (where not is_admitted)', 'count(*)']}) }}
    union all
    {{ measure({'person_again': ['count(distinct person_id)']}, 'again') }}
)

{{ on_grid('R37') }}
