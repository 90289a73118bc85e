{#- Counts of a relation (cell_no, group_id, region_code, period_key, over_periods, least_count, threshold, is_small) that
    must be hidden so that no small one can be computed. A family is a total and its parts: a region and the regions in
    it, or a period and the periods in it. In every family, until nothing moves:
    - a hidden total has a hidden part, and a total with a single part is hidden with it;
    - beside a shown total no part is hidden alone, and the hidden ones come to no small sum (or all are hidden);
    - of the parts of a region the two smallest, its pivots, are hidden in every period in which a part or it is.
    Why this is enough is said in docs/decisions/0005. -#}
{% macro suppressed(relation, condition='true') -%}
with recursive counted as (
    select * from {{ relation }} where {{ condition }}
),

-- A count that is hidden everywhere stays so.
cell as (
    select *
    from counted
    where group_id in (select shown.group_id from counted as shown where not shown.is_small)
),

-- Parts of a region by size over all periods, the one hidden most often first.
part as (
    select
        cell.group_id,
        cell.region_code,
        parent.parent_code,
        row_number() over (
            partition by cell.group_id, parent.parent_code
            order by count(*) filter (where cell.is_small) desc, sum(cell.least_count), cell.region_code
        ) as place
    from cell
    inner join {{ ref('int_region_parent') }} as parent on cell.region_code = parent.region_code
    group by cell.group_id, cell.region_code, parent.parent_code
),

part_of as (
    select
        cell.cell_no,
        total.cell_no as family,
        part.place,
        part.place <= 2 as is_pivot
    from cell
    inner join part on cell.group_id = part.group_id and cell.region_code = part.region_code
    inner join cell as total
        on
            cell.group_id = total.group_id
            and part.parent_code = total.region_code
            and cell.period_key = total.period_key
    union all
    select
        cell.cell_no,
        -total.cell_no as family,
        row_number() over (
            partition by total.cell_no order by cell.least_count, cell.period_key
        ) as place,
        false as is_pivot
    from cell
    inner join {{ ref('int_period_parent') }} as parent on cell.period_key = parent.period_id
    inner join cell as total
        on
            cell.group_id = total.group_id
            and cell.region_code = total.region_code
            and parent.parent_id = total.period_key
    where cell.over_periods = 'flow'
),

member as (
    select
        *,
        false as is_total
    from part_of
    union all
    select distinct
        abs(family) as cell_no,
        family,
        0 as place,
        false as is_pivot,
        true as is_total
    from part_of
),

-- Families in which something may still be hidden.
open_member as (
    select
        member.*,
        cell.group_id,
        cell.least_count,
        cell.threshold,
        cell.is_small as is_hidden
    from member
    inner join cell on member.cell_no = cell.cell_no
    qualify
        count(*) filter (where not member.is_total and not cell.is_small) over (partition by member.family) > 0
        or count(*) filter (where not member.is_total) over (partition by member.family) = 1
),

round as (
    select * from open_member
    union all
    select * exclude (is_moved)
    from (
        select
            * exclude (is_hidden, is_hidden_now),
            is_hidden_now as is_hidden,
            bool_or(is_hidden_now and not is_hidden) over (partition by group_id) as is_moved
        from (
            select
                * exclude (parts, hidden_parts, hidden_sum, is_total_hidden, shown_before, sum_before),
                bool_or(
                    is_hidden
                    or case
                        when is_total then parts = 1 and hidden_parts = 1
                        when is_total_hidden then is_pivot or (hidden_parts = 0 and shown_before = 0)
                        when hidden_parts > 0
                            then is_pivot or hidden_parts + shown_before < 2 or hidden_sum + sum_before < threshold
                        else false
                    end
                ) over (partition by cell_no) as is_hidden_now
            from (
                select
                    *,
                    count(*) filter (where not is_total) over (partition by family) as parts,
                    count(*) filter (where not is_total and is_hidden) over (partition by family) as hidden_parts,
                    coalesce(sum(least_count) filter (where not is_total and is_hidden) over (partition by family), 0)
                        as hidden_sum,
                    bool_or(is_total and is_hidden) over (partition by family) as is_total_hidden,
                    count(*) filter (where not is_total and not is_hidden) over earlier as shown_before,
                    coalesce(sum(least_count) filter (where not is_total and not is_hidden) over earlier, 0)
                        as sum_before
                from round
                window earlier as (
                    partition by family order by place rows between unbounded preceding and 1 preceding
                )
            )
        )
    )
    where is_moved
)

select
    group_id,
    region_code,
    period_key
from counted
where is_small
union all
select
    group_id,
    region_code,
    period_key
from cell
where not is_small and cell_no in (select round.cell_no from round where round.is_hidden)
{%- endmacro %}
