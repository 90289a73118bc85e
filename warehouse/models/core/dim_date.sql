-- Grain: one row per day from the first year of a report period to the last.
-- Inputs: seed report_period.
-- Caveats: no holidays.
with span as (
    select
        min(start_date) as first_day,
        max(end_date) as end_day
    from {{ ref('report_period') }}
)

select
    day.calendar_date::date as calendar_date,
    year(day.calendar_date)::integer as calendar_year,
    quarter(day.calendar_date)::integer as calendar_quarter,
    month(day.calendar_date)::integer as calendar_month,
    isodow(day.calendar_date)::integer as iso_weekday
from span, generate_series(span.first_day, span.end_day - interval 1 day, interval 1 day) as day (calendar_date)
order by calendar_date
