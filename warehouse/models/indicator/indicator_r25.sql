-- Grain: one row per region, period and unit of R25.
-- Definition: positive tests at a detection, by date, region of the test: share of synthetic drugs, and of single
-- substances.
-- Inputs: stg_police_drug_test.
-- Caveats: a detection whose substance nobody could name counts in the denominator only.
with test as (
    {{ in_cells(ref('stg_police_drug_test'), 'tested_date', 'test_region_code') }}
),

cell as (
    select *
    from test
    where test_occasion = '查获' and test_result = '阳性'
),

measured as (
    {{ measure({
        'share_synthetic': ["count(*) filter (where drug_category = 'synthetic')", 'count(*)']
    }) }}
    {% for drug in ('methamphetamine', 'methamphetamine_tablet', 'ketamine', 'mdma_group', 'etomidate', 'heroin') %}
        union all
        {{ measure({'share_' ~ drug: ["count(*) filter (where drug_code = '" ~ drug ~ "')", 'count(*)']}) }}
    {% endfor %}
)

{{ on_grid('R25') }}
