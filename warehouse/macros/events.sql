{#- Dated events of a dataset's records, each with the person and case of the record. `document` is what it cites. -#}
{% macro events(name, dataset, day, region, document='null', condition='true', relation=none) -%}
    select
        '{{ name }}' as event,
        '{{ dataset }}' as dataset,
        record.record_key,
        record.source_row_token,
        mention.person_id,
        mention.case_id,
        mention.party_id,
        {{ 'record.' ~ region if region else 'null' }} as region_code,
        record.{{ day }} as happened_on,
        {{ document }} as document
    from {{ ref(relation or 'stg_' ~ dataset) }} as record
    left join {{ ref('int_mention') }} as mention
        on mention.dataset = '{{ dataset }}' and record.record_key = mention.record_key
    where record.{{ day }} is not null and {{ condition }}
{%- endmacro %}

{#- The keys by which two events belong together, one of them being enough: the record itself, a document, the party of
the case, the person, or (`sentence`) the party or the execution notice, which names one defendant whoever we take them
for. -#}
{% macro join_keys(event, joined_on) -%}
    list_filter(case {{ joined_on }}
        when 'record' then [{{ event }}.dataset || '|' || {{ event }}.record_key]
        when 'document' then [{{ event }}.document]
        when 'party' then [{{ event }}.party_id]
        when 'person' then [{{ event }}.person_id]
        when 'sentence' then [{{ event }}.party_id, {{ event }}.document]
    end, one -> one is not null)
{%- endmacro %}

{#- The court a case number names: what stands between the year and the kind of case, `湘0102` in (2024)湘0102刑初1号. -#}
{% macro court_in_number(number) -%}
    nullif(regexp_extract({{ number }}, '\)(.*?)刑', 1), '')
{%- endmacro %}
