"""Alembic's way in, the same for the three databases; the application context knows them."""

from alembic import context

from app.db import applied, migrate

bind = context.config.attributes.get("bind", "core")

with migrate.engine_of(bind).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=migrate.metadata_of(bind),
        compare_type=True,
        include_object=migrate.only(context.config.attributes.get("branch")),
        transaction_per_migration=True,
        on_version_apply=applied.note,
    )
    with context.begin_transaction():
        context.run_migrations()
