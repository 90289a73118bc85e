-- Runs once, when the database cluster is made: a role and a database for Airflow, and for the ledger.
-- The passwords come from the environment (secrets/postgres.env), so they stand in no file of the image.
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv huiliu_password HUILIU_DB_PASSWORD
create role airflow login password :'airflow_password';
create role huiliu login password :'huiliu_password';
create database airflow owner airflow;
create database huiliu owner huiliu;
-- Airflow's user interface has no business in the ledger, nor the ledger's role in Airflow.
revoke connect, temporary on database airflow, huiliu from public;
