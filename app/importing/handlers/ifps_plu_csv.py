"""The handler of `storekeeper import ifps-plu-csv`: the PLU numbers that all shops share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.importing.handler import FileHandler

if TYPE_CHECKING:
    from app.importing.importer import TableImporter


class IfpsPluCsv(FileHandler):
    """PLU numbers from the file of the International Federation for Produce Standards.

    The CSV that ifpsglobal.com gives, with its own header. Numbers that the file does not name
    stay as they are.
    """

    key, title = "ifps-plu-csv", "PLU numbers from the IFPS"

    def chosen(self) -> Sequence[type[TableImporter]]:
        from app.importing.handlers.ifps_plu_rows import IfpsPluImporter

        return (IfpsPluImporter,)

    @classmethod
    def sample(cls) -> str:
        return (
            "PLU,CATEGORY,COMMODITY,VARIETY,SIZE,MEASUREMENTS: NORTH AMERICA,"
            "MEASUREMENTS: REST OF WORLD,RESTRICTIONS / NOTES,BOTANICAL NAME,AKA,NOTES,"
            "REVISION DATE,DATE ADDED,GPC,IMAGE,IMAGE_SOURCE,CREATED_AT,UPDATED_AT\n"
            "4011,Fruits,BANANAS,Yellow (includes Cavendish),All Sizes,,,,Musa spp.,,,"
            "2016-02-03 00:00:00,1990-01-01 00:00:00,10005905,,,,\n"
            "3000,Fruits,APPLES,Alkmene,All Sizes,,,,Malus domestica,Early Windsor,,"
            "2013-05-01 00:00:00,,,,,,\n"
        )
