-- Grain: one row per rule of the law about a hand-off, region and time of validity.
-- Inputs: seed handoff_rule.
-- Caveats: days are added before months; what suspends or excuses stands in seeds of its own.
select
    rule_id,
    name_zh,
    name_en,
    from_agency,
    to_agency,
    article,
    limit_months,
    limit_days,
    region_code,
    valid_from,
    valid_to
from {{ ref('handoff_rule') }}
order by rule_id, region_code, valid_from
