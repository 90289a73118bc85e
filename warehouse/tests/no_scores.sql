-- No column of a published table scores or predicts a person.
select
    table_name,
    column_name
from duckdb_columns()
where
    database_name in ('warehouse', 'mart')
    and regexp_matches(column_name, '(risk|score|predict|预警|评分)')
-- depends_on: {{ ref('mart_indicator') }} {{ ref('fact_registration') }}
