"""Build: records and identities to a candidate release, by dbt."""
