"""A till with suppliers: the smallest import handler, as a project writes one."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

from sqlalchemy import select

from app.importing.handler import ImportHandler
from app.importing.importer import TableImporter
from app.models.vendors import Vendor


@dataclass
class Supplier:
    id: str
    label: str | None
    days: object = None
    line: int = 1


class VendorImporter(TableImporter):
    model, key = Vendor, "number"
    fields = ("number", "name", "lead_time_days")

    def rows(self, keys=None):
        return self.source

    def record(self, row):
        if row.label == "test":
            return None
        return {"number": row.id, "name": row.label, "lead_time_days": row.days}


class FromTill(ImportHandler):
    key, title, importers = "till", "From the till", (VendorImporter,)
    suppliers: list[Supplier] = []

    def open_source(self):
        return nullcontext(self.suppliers)


def vendors(session):
    session.expire_all()
    found = session.scalars(select(Vendor).order_by(Vendor.number))
    return {vendor.number: (vendor.name, vendor.lead_time_days) for vendor in found}
