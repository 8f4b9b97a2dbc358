"""What people call the columns of a table in the files that they send."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.db import Model
from app.importing.importer import Ref, table_of
from app.importing.table_keys import Known, TableField

Words = frozenset[str]
"""The words of a name in whatever order."""

_SHORT = {
    "no": "number", "nr": "number", "num": "number", "nbr": "number", "#": "number",
    "id": "number", "desc": "description", "descr": "description", "dept": "department",
    "subdept": "subdepartment", "cat": "category", "qty": "quantity", "supplier": "vendor",
    "distributor": "vendor", "cust": "customer", "amt": "amount", "acct": "account",
    "tel": "phone", "telephone": "phone", "mobile": "phone", "article": "item", "begin": "start",
    "from": "start", "until": "end", "day": "date", "wt": "weight", "zip": "postal",
}  # fmt: skip
_FILLERS = {"of", "the", "a", "an", "in", "for", "per", "is", "and", "on", "at"}
_ALSO = {
    "product.number": ("item", "item number", "sku", "sku number", "plu", "plu number",
                       "product code", "item code", "code"),
    "product.description": ("name", "product name", "item description", "item name", "text",
                            "item text", "title"),
    "product_code.gtin": ("upc", "ean", "gtin", "barcode", "bar code", "upc code", "ean code",
                          "scan code", "code"),
    "customer.number": ("card", "card number", "account", "account number"),
    "member.number": ("card", "card number", "account number"),
    "vendor_item": ("vendor sku", "vendor item number", "order code", "catalog number"),
    "case_cost": ("cost", "case price"),
    "case_size": ("pack", "case pack", "units per case", "case quantity"),
    "price": ("retail", "regular price", "retail price", "unit price"),
    "unit_of_measure": ("uom", "unit", "measure"),
    "food_stampable": ("food stamps", "ebt", "snap"),
    "sold_by_weight": ("weighed", "by weight", "scale"),
    "name": ("title", "company"),
    "phone": ("phone number",),
    "email": ("mail", "e mail", "email address"),
    "postal_code": ("zip", "postcode"),
    "region": ("state", "province"),
    "street": ("address",),
    "first_name": ("first", "given name"),
    "last_name": ("last", "surname", "family name"),
}  # fmt: skip
_CALLED = ("name", "description")
"""What a column that is called like its table holds, such as `Vendor` in a file of vendors."""


def words_of(name: str) -> Words:
    """`Item No.`, `ItemNumber` and `number of the item` are the same."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    found = [_usual(word) for word in re.findall(r"[^\W_]+|#", parted.casefold())]
    return frozenset(word for word in found if word not in _FILLERS) or frozenset(found)


def names_of(model: type[Model], field: TableField, known: Known) -> list[set[Words]]:
    """What a column may be called: first its own name, then ever looser ones."""
    stem = field.name.removesuffix("_uuid")
    target = f"{known.column.table.name}.{known.column.key}"
    if isinstance(field.field, Ref):
        alone = {words_of(stem)} if _speaks_for(field, known) else set()
        return [{words_of(known.name)}, alone, _also(target)]
    # A project's tables begin with its name, which nobody else knows.
    table = table_of(model).name.removeprefix(f"{model.__module__.partition('.')[0]}_")
    own = {words_of(f"{table} {known.name}"), words_of(f"{known.name} date")}
    called = {words_of(table)} if known.name in _CALLED else set()
    return [{words_of(known.name)}, own, _also(target) | _also(str(known.column.key)), called]


def _speaks_for(field: TableField, known: Known) -> bool:
    """Whether one column alone may be called like what the field refers to."""
    is_direct = len(known.path) == 1
    return is_direct and sum(len(one.path) == 1 for one in field.known) == 1


def _also(name: str) -> set[Words]:
    return {words_of(one) for one in _ALSO.get(name, ())}


def _usual(word: str) -> str:
    one = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    return _SHORT.get(one, one)


def all_names(model: type[Model], field: TableField) -> Iterator[Words]:
    """Everything that any column of a field may be called."""
    for known in field.known:
        for names in names_of(model, field, known):
            yield from names
