"""What an order keeps of a product, as it is today."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.product_facts import ProductFacts
from app.models.products import Product


class NoWords(AppError):
    """Choose a product, or write what it is."""


def keep(session: Session, target: ProductFacts, product: Product, *, gaps: bool = False) -> None:
    """Write down what a product is called now; with `gaps` only where nothing stands yet."""
    with session.no_autoflush:  # what has no description yet cannot be written
        found = of(product)
    for name, value in found.items():
        if not gaps or getattr(target, name) in (None, ""):
            setattr(target, name, value)


def require_words(target: ProductFacts) -> None:
    """Raises NoWords for what nobody could order."""
    if not (target.description or "").strip():
        raise NoWords


def of(product: Product) -> dict[str, Any]:
    """The facts of a product, by the column that keeps them."""
    department = product.department
    return {
        "gtin": product.codes[0].gtin if product.codes else None,
        "product_number": product.number,
        "brand": str(product.brand) if product.brand else None,
        "description": product.description,
        "size": product.size,
        "department_number": department.number if department else None,
        "department_name": department.name if department else None,
    }
