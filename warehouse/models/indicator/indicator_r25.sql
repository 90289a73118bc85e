-- Grain: one row per region, period and unit of R25.
-- Definition: detections of use, each a positive test, by date, region of the test: share of synthetic drugs, and of
-- single substances.
-- Inputs: stg_police_drug_test.
-- Caveats: who is in a community treatment is detected too; a detection whose substance nobody could name counts in
-- the denominator only.
with test as (
    {{ in_cells(reported('police_drug_test'), 'tested_date', 'test_region_code') }}
),

cell as (
    select *
    from test
    where test_result = '阳性'
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
