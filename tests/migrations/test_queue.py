"""The tables of the queue are those of the package that is installed."""

from importlib.resources import files

APPLIED = "03.04.00_50_post_add_retry_failed_job_procedure.sql"


def test_a_newer_package_has_no_migration_that_we_did_not_apply():
    known = sorted(one.name for one in files("procrastinate").joinpath("sql/migrations").iterdir())
    newest = max(name for name in known if name.endswith(".sql"))
    assert newest == APPLIED, "write a revision that applies it, then name it here"
