-- Grain: one row per region, period and unit of R43.
-- Definition: requests for transfer to rehabilitation that were refused, of those made in the period, region of the
-- police; refusals for medical reasons apart.
-- Inputs: stg_rehab_transfer_request.
-- Caveats: the medical share is published for prefectures and up.
with cell as (
    {{ in_cells(reported('rehab_transfer_request'), 'requested_date', 'requesting_region_code') }}
),

measured as (
    {{ measure({
        'event': ["count(*)"],
        'share_refused': ["count(*) filter (where transfer_outcome = '拒绝')", "count(*)"],
        'share_refused_medical': [
            "count(*) filter (where transfer_outcome = '拒绝' and refusal_reason = '医疗')", "count(*)"
        ]
    }) }}
)

{{ on_grid('R43') }}
