{#- Inputs of a build: Parquet files named by variables. The defaults are what a linter or `dbt parse` sees. -#}
{% macro records(dataset) -%}
    read_parquet('{{ var("records_" ~ dataset, dataset ~ ".parquet") }}')
{%- endmacro %}

{#- Rows the quarantine withholds from the records of a dataset (pipelines/ingest/withheld.py). -#}
{% macro withheld(dataset) -%}
    read_parquet('{{ var("withheld_" ~ dataset, "withheld_" ~ dataset ~ ".parquet") }}')
{%- endmacro %}

{% macro identity(name) -%}
    read_parquet('{{ var("identity_" ~ name, name ~ ".parquet") }}')
{%- endmacro %}

{% macro previous(name) -%}
    read_parquet('{{ var("previous_" ~ name, "previous_" ~ name ~ ".parquet") }}')
{%- endmacro %}
