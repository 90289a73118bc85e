-- Grain: one row per current, not deleted record of health_centre_episode.
-- Inputs: the resolved records of health_centre_episode.
-- Caveats: person columns stay behind; a person is reached through int_mention.
select
    record_key,
    source_row_token,
    episode_no,
    transfer_doc_no,
    admitted_date::date as admitted_date,
    discharged_date::date as discharged_date,
    facility_code
from {{ records('health_centre_episode') }}
where is_current and not is_deleted
