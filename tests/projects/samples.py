"""Files as a wholesaler may send them, and what `storekeeper new-importer` is asked of them."""

from __future__ import annotations

import json
from pathlib import Path

WHOLESALER = """\
Item No,UPC,Item text,Size,Dept,Brand,Category,Case Pack,Organic,Points
1001,036000291452,Oat drink,1 l,1,Blue Hill,Drinks,12,yes,5
1002,4011,"Bread, rye",750 g,2,Old Mill,Bread,6,no,80
1003,,Honey,250 g,2,Blue Hill,Spreads,12,no,
"""
VENDORS = """\
Vendor ID;Vendor Name;Tel;Lead Time Days;Discount;Active
7;Dairy Farm;555 1234;3;0,05;yes
8;“Old” Mill;;5;;no
"""
COSTS = {
    "data": [
        {"sku": "1001", "supplier": "7", "order code": "M-1", "cost": 8.5, "since": "04/05/2026",
         "effective date": "04/05/2026"},
        *({"sku": f"20{n}", "supplier": "7", "order code": f"A-{n}", "cost": n, "since": "",
           "effective date": "04/05/2026"} for n in range(10, 16)),
        {"sku": "1002", "supplier": "7", "order code": "M-2", "cost": 7, "since": "",
         "effective date": "03/31/2026"},
    ]
}  # fmt: skip
FILES = {
    "wholesaler.csv": WHOLESALER,
    "vendors.csv": VENDORS,
    "costs.json": json.dumps(COSTS),
    "stars.csv": "SKU,Points\n1001,5\n1002,7\n",
    "gifts.csv": "Gift,Points,Active\nMug,50,true\nPen,5,false\n",
    "families.xml": "<all><family><Number>1</Number><Name>Milk &amp; more</Name></family></all>",
    "empty.csv": "",
    "header.csv": "Item No,Item text\n",
    "doubled.csv": "Item No,Item text,item_no\n1,Milk,2\n",
    "alike.csv": "Number,Name\n1,Dairy\n",
    "odd.csv": "Colour,Shape\nred,round\n",
    "keyless.csv": "Item text,Size\nMilk,1 l\n",
    "bad.csv": "Item No,Item text\n=A1,Milk\n=A2,Oats\n",
    "two_ways.csv": "Name,Day\nNew Year,01/02/2027\n",
}
GOOD = {
    "wholesaler": "wholesaler.csv",
    "vendors": "vendors.csv",
    "costs": "costs.json",
    "stars": "stars.csv",
    "more_gifts": "gifts.csv",
    "families": "families.xml --records all/family --table family",
}
"""The imports that the project of these tests gets."""
BAD = {
    "missing": ("gone.csv", "gone.csv cannot be read"),
    "empty": ("empty.csv", "is empty"),
    "header": ("header.csv", "has a header, and no rows"),
    "doubled": ("doubled.csv", "Two columns of doubled.csv are called “item_no” (1 and 3)"),
    "alike": ("alike.csv", "fits the tables customer, customer_group, department and family alike"),
    "odd": ("odd.csv", "No table fits the columns of odd.csv; name the one that is meant with --t"),
    "table": ("alike.csv --table shop", "There is no table 'shop' to import into; there are: adj"),
    "rights": ("alike.csv --table role", "There is no table 'role' to import into"),
    "key": ("alike.csv --table family --key colour", "The table family has no field 'colour'"),
    "no_key": ("alike.csv --key colour", "No table has the key colour"),
    "keyless": ("keyless.csv --table product", "keyless.csv has no column for number, by which"),
    "bad": ("bad.csv --table product", "(Item No: “=A1” is a formula"),
    "two_ways": ("two_ways.csv --table holiday", "can be read in two ways"),
    "points": ("wholesaler.csv", "The name points is taken: there is an import poser-points."),
    "vendors": ("wholesaler.csv", "The name vendors is taken: poser/import_vendors.py is there"),
    "class": ("wholesaler.csv", "'class' is no name"),
    "Goods": ("wholesaler.csv", "'Goods' is no name"),
    "../goods": ("wholesaler.csv", "is no name"),
    "reading": ("vendors.csv --delimiter ab", "'ab' is no delimiter"),
}
"""What is refused, and by which words."""


def commands(folder: Path, asked: dict[str, str]) -> list[str]:
    """The command lines."""
    return [f"new-importer {name} --from-file {folder}/{said}" for name, said in asked.items()]


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder, but those that Python makes by itself."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
