"""The checks that every node has."""

from __future__ import annotations

from datetime import timedelta

from app.services.health import background, databases, machine, outside, versions
from app.services.health.check import Check

CORE, TABLES = ("database_core",), ("database_core", "revisions")
ALL = ("database_core", "database_trainwreck", "database_tempmon")

CORE_CHECKS = (
    Check("database_core", "Database", databases.core, ready=True),
    Check("database_trainwreck", "Database of sales", databases.trainwreck, ready=True),
    Check("database_tempmon", "Database of temperatures", databases.tempmon, ready=True),
    Check("database_archives", "Databases of older sales", databases.archives),
    Check("revisions", "Revisions of the tables", databases.revisions, needs=ALL, ready=True),
    Check(
        "tables",
        "Tables unchanged",
        databases.tables,
        needs=ALL,
        deep=True,
        longest=timedelta(minutes=2),
    ),
    Check("clock", "Clocks", databases.clock, needs=CORE),
    Check("disk", "Disk space", machine.disk),
    Check("folders", "Data folder", machine.folders),
    Check("backups", "Backups", machine.backups),
    Check("workers", "Workers", background.workers, needs=TABLES),
    Check("queues", "Queues", background.queues, needs=TABLES),
    Check("scheduler", "Scheduler", background.scheduler, needs=CORE),
    Check("runs", "Runs of the last day", background.runs, needs=TABLES),
    Check("daemons", "Daemons", background.daemons, needs=TABLES),
    Check("smtp", "Mail server", outside.smtp, opens=False),
    Check("imap", "Mailbox", outside.imap),
    Check("certificate", "Certificate", outside.certificate),
    Check("versions", "Versions", versions.versions, needs=TABLES),
)
