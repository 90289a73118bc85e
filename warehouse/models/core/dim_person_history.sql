-- Grain: one row per person in an active view and time in which the counties of registration and residence stood.
-- Definition: from each day a record said otherwise until the next; what was last known is carried on. The row that is
-- current says what dim_person says.
-- Inputs: dim_person, int_dwelling.
-- Caveats: by the day a record was changed, which is not the day of the move. Sex and year of birth do not change: a
-- correction of them is in all rows. What rests on no day that is shown here stands from the date of the release.
with said as (
    select
        dwelling.person_id,
        dwelling.said_on,
        dwelling.hukou_code as hukou_region_code,
        dwelling.residence_code as residence_region_code,
        false as is_golden
    from {{ ref('int_dwelling') }} as dwelling
    where dwelling.said_on < {{ as_of() }}
    union all
    -- Today's counties are the choice of the golden record, which also weighs what is not shown by its day.
    select
        person_id,
        {{ as_of() }} as said_on,
        hukou_region_code,
        residence_region_code,
        true as is_golden
    from {{ ref('dim_person') }}
),

stood as (
    select
        person_id,
        said_on,
        {% for place in ('hukou', 'residence') %}
            case
                when is_golden then {{ place }}_region_code
                else last_value({{ place }}_region_code ignore nulls) over until_day
            end as {{ place }}_region_code{% if not loop.last %},{% endif %}
        {% endfor %}
    from said
    window
        until_day as (partition by person_id order by said_on rows between unbounded preceding and current row)
),

changed as (
    select *
    from stood
    window days_of_person as (partition by person_id order by said_on)
    qualify
        row_number() over days_of_person = 1
        or hukou_region_code is distinct from lag(hukou_region_code) over days_of_person
        or residence_region_code is distinct from lag(residence_region_code) over days_of_person
)

select
    changed.person_id,
    row_number() over days_of_person as version_number,
    person.sex,
    person.birth_year,
    changed.hukou_region_code,
    changed.residence_region_code,
    changed.said_on as valid_from,
    lead(changed.said_on) over days_of_person as valid_to,
    lead(changed.said_on) over days_of_person is null as is_current
from changed
inner join {{ ref('dim_person') }} as person on changed.person_id = person.person_id
window days_of_person as (partition by changed.person_id order by changed.said_on)
order by changed.person_id, version_number
