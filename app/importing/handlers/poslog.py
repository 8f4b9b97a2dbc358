"""The handler of `storekeeper import poslog`: receipts as registers of many makes write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.importing.handlers.poslog_rows import COLUMNS, rows_of_transaction
from app.importing.handlers.sales_csv import SalesCsv

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from app.importing.importer import TableImporter


class PosLog(SalesCsv):
    """Sales from POSLog, the XML of the retail industry (ARTS, now OMG, version 2 to 6).

    Retail transactions with their sales, returns, discounts, taxes and tenders; what else a
    register logs is left out. A tax of the whole receipt is shared among its lines by their
    amounts. Receipts that the file does not name stay as they are.
    """

    key, title = "poslog", "Sales from POSLog"
    records, names = "POSLog/Transaction", COLUMNS

    def rows_of(self, element: Element) -> Iterable[dict[str, str]]:
        return rows_of_transaction(element)

    def chosen(self) -> Sequence[type[TableImporter]]:
        """All but the markers of customer orders, which a log does not tell."""
        from app.importing.handlers.sales_importers import OrderMarkerImporter

        return tuple(one for one in super().chosen() if one is not OrderMarkerImporter)

    @classmethod
    def sample(cls) -> str:
        return """<?xml version="1.0" encoding="UTF-8"?>
<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/">
  <Transaction>
    <RetailStoreID>1</RetailStoreID><WorkstationID>3</WorkstationID>
    <SequenceNumber>4711</SequenceNumber><OperatorID>12</OperatorID>
    <BeginDateTime>2026-10-09T10:47:00</BeginDateTime>
    <RetailTransaction>
      <LineItem><SequenceNumber>1</SequenceNumber><Sale>
        <ItemID>875979</ItemID><Description>Milk</Description>
        <RegularSalesUnitPrice>0.85</RegularSalesUnitPrice>
        <ActualSalesUnitPrice>0.75</ActualSalesUnitPrice>
        <ExtendedAmount>1.50</ExtendedAmount><Quantity>2</Quantity>
        <RetailPriceModifier><Amount Action="Subtract">0.20</Amount></RetailPriceModifier>
        <Tax><Amount>0.12</Amount></Tax>
      </Sale></LineItem>
      <LineItem><SequenceNumber>2</SequenceNumber><Tender TenderType="Cash">
        <Amount>2.00</Amount><TenderChange><Amount>0.38</Amount></TenderChange>
      </Tender></LineItem>
      <LoyaltyAccount><CustomerID>2466</CustomerID></LoyaltyAccount>
    </RetailTransaction>
  </Transaction>
  <Transaction><RetailStoreID>1</RetailStoreID><SequenceNumber>4712</SequenceNumber>
    <ControlTransaction><OperatorSignOn/></ControlTransaction></Transaction>
</POSLog>
"""
