"""The handler of `storekeeper import catalog-x12`: what vendors ask for what we have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.importing.handler import FileHandler

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from app.importing.importer import TableImporter


class CatalogX12(FileHandler):
    """Costs from a vendor's price catalog: X12 832, or a table with the same columns.

    The vendor must be known by its number, products by their codes. What we do not sell is left
    out, and counted; products that the catalog does not name keep their costs.
    """

    key, title = "catalog-x12", "Costs from a vendor's catalog (X12 832)"
    left_out = 0

    def chosen(self) -> Sequence[type[TableImporter]]:
        from app.importing.handlers.catalog_rows import CatalogCostImporter

        return (CatalogCostImporter,)

    def when_staged(self, connection: Connection) -> None:
        from app.importing.handlers.catalog_rows import leave_out_unknown

        self.left_out = leave_out_unknown(connection)

    def notes(self) -> Sequence[str]:
        left_out = f"Lines of products that we do not have were left out: {self.left_out:,}."
        return [*super().notes(), *([left_out] if self.left_out else [])]

    @classmethod
    def before_sample(cls, session: Session) -> None:
        from app.models.products import Product, ProductCode
        from app.models.vendors import Vendor

        code = ProductCode(gtin="00036000291452", kind="upc_a", is_primary=True)
        session.add(Vendor(number="7", name="Big Vendor"))
        session.add(Product(number="1001", description="Tissues", codes=[code]))
        session.flush()

    @classmethod
    def sample(cls) -> str:
        return (
            "ISA*00*          *00*          *ZZ*BIGVENDOR      *ZZ*SHOP           "
            "*260105*0800*U*00401*000000001*0*P*>~\n"
            "GS*SC*BIGVENDOR*SHOP*20260105*0800*1*X*004010~\nST*832*0001~\nBCT*PC*2026-01~\n"
            "DTM*007*20260115~\nN1*SU*Big Vendor*92*7~\n"
            "LIN*1*UP*036000291452*VN*T-120~\nPID*F*08***Tissues 120 ct~\nPO4*12~\n"
            "CTP*WS*CAT*1.50*1*EA~\nCTT*1~\nSE*10*0001~\nGE*1*1~\nIEA*1*000000001~\n"
        )
