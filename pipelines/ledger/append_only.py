"""Tables of which the database itself refuses to change or delete a row."""

from __future__ import annotations

from alembic import op

_POSTGRESQL = """
create or replace function huiliu_append_only() returns trigger as $$
begin raise exception '% is append-only', tg_table_name; end
$$ language plpgsql
"""


def make_append_only(table: str) -> None:
    """Add the triggers that refuse every update and delete of a table (SQLite or PostgreSQL)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL)
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table} "
            "for each row execute function huiliu_append_only()"
        )
        return
    for action in ("update", "delete"):
        op.execute(
            f"create trigger {table}_no_{action} before {action} on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
        )
