"""Pictures of products: added, put first, taken away."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.product_images import ProductImage
from app.models.products import Product
from app.services import pictures

MOST = 20


class AlreadyThere(AppError):
    """This product has this picture already."""


class EnoughPictures(AppError):
    """A product has at most 20 pictures; take one away first."""


def add(
    session: Session,
    product: Product,
    content: BinaryIO,
    *,
    folder: Path,
    caption: str | None = None,
) -> ProductImage:
    """Keep a picture of a product, after those it has; the first one stands for it.

    Raises what app/services/pictures.py does, AlreadyThere and EnoughPictures.
    """
    large, small = pictures.draw(content)
    # Lock first, look second: two people may add the first picture at once.
    session.execute(select(Product.uuid).filter_by(uuid=product.uuid).with_for_update())
    of_product = ProductImage.product_uuid == product.uuid
    query = select(func.count(), func.max(ProductImage.position)).where(of_product)
    count, last = session.execute(query).one()
    if count >= MOST:
        raise EnoughPictures
    file, thumbnail = (pictures.keep(session, folder, drawn) for drawn in (large, small))
    same = select(ProductImage.uuid).where(of_product, ProductImage.file_uuid == file.uuid)
    if session.scalar(same) is not None:
        raise AlreadyThere
    image = ProductImage(
        product=product,
        file=file,
        thumbnail=thumbnail,
        width=large.width,
        height=large.height,
        caption=caption,
        position=0 if last is None else last + 1,
        is_primary=not count,
    )
    session.add(image)
    session.flush()
    return image


def put_first(session: Session, image: ProductImage) -> None:
    """Let a picture stand for its product."""
    others = update(ProductImage).where(
        ProductImage.product_uuid == image.product_uuid,
        ProductImage.uuid != image.uuid,
        ProductImage.is_primary,
    )
    session.execute(others.values(is_primary=False))
    image.is_primary = True
    session.flush()


def remove(session: Session, image: ProductImage) -> None:
    """Take a picture away; where it stood for the product, the next one does now."""
    query = select(ProductImage).where(
        ProductImage.product_uuid == image.product_uuid, ProductImage.uuid != image.uuid
    )
    query = query.order_by(ProductImage.position, ProductImage.uuid).limit(1)
    was_primary, following = image.is_primary, session.scalars(query).first()
    session.delete(image)
    session.flush()
    if was_primary and following is not None:
        put_first(session, following)
