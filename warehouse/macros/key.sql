{#- A column that names each row: given, and given once. One test where two would each be compiled, begun and committed. -#}
{% test key(model, column_name) %}
select {{ column_name }}
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null
{% endtest %}
