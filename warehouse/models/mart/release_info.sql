-- Grain: one row, the release.
-- Inputs: fingerprints of the build.
-- Caveats: no time of running: the time of publishing is in the release's manifest.
select
    '{{ var("release_id", "none") }}' as release_id,
    '{{ var("as_of", "2000-01-01") }}'::timestamp as as_of,
    '{{ var("records_fingerprint", "") }}' as records_fingerprint,
    '{{ var("identity_fingerprint", "") }}' as identity_fingerprint,
    '{{ var("definitions_fingerprint", "") }}' as definitions_fingerprint,
    '{{ var("model_version", "") }}' as model_version
