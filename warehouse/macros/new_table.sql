{#-
    Every release is built into new files: there is no table to swap, rename, grant on or drop, so one statement makes
    a table and its comments where the stock materialization sends seven. A comment on a column that is not there fails
    the build.
-#}
{% materialization new_table, adapter="duckdb" %}
    {%- set target = this.incorporate(type='table') -%}
    {% call statement('main') %}
        create table {{ target }} as (
            {{ compiled_code }}
        );
        {%- if model.description %}
        {{ duckdb__alter_relation_comment(target, model.description) }}
        {%- endif %}
        {%- for column in model.columns.values() if column.description %}
        comment on column {{ target }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
        {%- endfor %}
    {% endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
