"""Alembic environment: runs on the connection the ledger hands over."""

from alembic import context
from sqlalchemy import text

from pipelines.ledger.tables import Base

connection = context.config.attributes["connection"]
if connection.dialect.name == "sqlite":
    # Tasks of one run may open a new ledger at the same moment: the first takes the write lock and migrates,
    # the others wait and find it done.
    connection.execute(text("BEGIN IMMEDIATE"))
elif connection.dialect.name == "postgresql":
    # The same there: the lock belongs to this database and ends with the transaction.
    connection.execute(text("select pg_advisory_xact_lock(hashtext('huiliu_ledger_version'))"))
# Configured inside that transaction: else Alembic commits after each migration and lets the lock go between two.
context.configure(connection=connection, target_metadata=Base.metadata, version_table="huiliu_ledger_version")
with context.begin_transaction():
    context.run_migrations()
