-- Grain: one row per document number of a record.
-- Inputs: the identities.
-- Caveats: case numbers; vault only.
select * from {{ identity('document') }}
order by dataset, record_key, document_type
