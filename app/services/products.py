"""Products: what the business does with them."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models.products import ProductCode, ProductCost


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
