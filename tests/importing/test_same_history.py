"""The same changes leave the same versions, whether by the ORM, by bulk SQL or by an import."""

from __future__ import annotations

from contextlib import nullcontext

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update

from app.db import unit_of_work
from app.db.unit_of_work import change_set_of
from app.db.versioning import ChangeSet, versions_of
from app.importing.handler import ImportHandler
from app.importing.importer import TableImporter
from app.models.vendors import Vendor

FIELDS = ("number", "name", "terms", "lead_time_days")


class VendorImporter(TableImporter):
    model, key, fields, delete = Vendor, "number", FIELDS, True

    def rows(self, keys=None):
        return self.source

    def record(self, row):
        return row


class FromRecords(ImportHandler):
    key, title, importers = "records", "Records", (VendorImporter,)

    def open_source(self):
        return nullcontext(self.records)


def by_import(app, before, after):
    handler = FromRecords(app.extensions["settings"])
    handler.records = after
    return handler.run().change_set_id


def by_orm(app, before, after):
    wanted = {record["number"]: record for record in after}
    with unit_of_work() as session:
        found = {vendor.number: vendor for vendor in session.scalars(select(Vendor))}
        for number, record in wanted.items():
            if number not in found:
                session.add(Vendor(**record))
            else:
                for name, value in record.items():
                    setattr(found[number], name, value)
        for number in found.keys() - wanted.keys():
            session.delete(found[number])
        session.flush()
        return change_set_of(session)


def by_sql(app, before, after):
    known = {record["number"]: record for record in before}
    with unit_of_work() as session:
        new = [record for record in after if record["number"] not in known]
        if new:
            session.execute(insert(Vendor.__table__), new)
        for record in after:
            if record["number"] in known and record != known[record["number"]]:
                session.execute(
                    update(Vendor.__table__).filter_by(number=record["number"]).values(**record)
                )
        kept = [record["number"] for record in after]
        session.execute(delete(Vendor.__table__).where(Vendor.number.not_in(kept)))
        return change_set_of(session)


def versions_written(session, change_set):
    """The version rows of a change set, with what cannot be the same in two databases taken out."""
    kept = versions_of(Vendor)
    columns = [c for c in kept.__table__.c if c.name not in ("uuid", "transaction_id")]
    query = select(*columns).where(kept.transaction_id == change_set).order_by(kept.number)
    closed = select(kept.number, kept.operation_type).where(kept.end_transaction_id == change_set)
    found = [tuple(row._mapping.items()) for row in session.execute(query)]
    return found, sorted(map(tuple, session.execute(closed)))


records = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(1, 6).map(str),
            "name": st.sampled_from(["Farm", "Mill", "Sea"]),
            "terms": st.sampled_from([None, "30 days"]),
            "lead_time_days": st.none() | st.integers(0, 3),
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda record: record["number"],
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=records, after=records)
def test_orm_sql_and_import_leave_identical_versions(app, session, before, after):
    left = []
    for write in (by_import, by_orm, by_sql):
        session.execute(text("SAVEPOINT afresh"))
        by_import(app, [], before)
        change_set = write(app, before, after)
        left.append(versions_written(session, change_set))
        session.execute(text("ROLLBACK TO SAVEPOINT afresh"))
    assert left[1] == left[0]
    assert left[2] == left[0]
    assert session.scalars(select(ChangeSet)).all() == []
