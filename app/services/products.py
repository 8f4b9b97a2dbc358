"""Products: what the business does with them."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models.products import Product, ProductCode, ProductCost, ProductTax


def begin(product: Product) -> None:
    """Give a new product what its department says: the tax, and whether food stamps pay it."""
    department = product.department
    if department is None:
        return
    product.food_stampable = product.food_stampable or department.food_stampable
    if department.tax is not None:
        product.taxes.append(ProductTax(tax=department.tax))


def step_back(session: Session, chosen: ProductCode | ProductCost, flag: str) -> None:
    """Take a flag, of which a product has one, from the others: the chosen one has it now."""
    model = type(chosen)
    with session.no_autoflush:  # two of them at once is what the database refuses
        owner = chosen.product.uuid if chosen.product else chosen.product_uuid
        session.execute(
            update(model)
            .where(model.product_uuid == owner, model.uuid != chosen.uuid, getattr(model, flag))
            .values({flag: False})
        )
