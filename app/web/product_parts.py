"""What the page of a product shows beside its own fields: its shelf, its prices, its pictures."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app import barcodes
from app.models.produce import IfpsPlu
from app.models.stock import StockMovement
from app.services import prices
from app.web import formats
from app.web.barcode_drawing import drawing_of
from app.web.master.parts import Fact

MOVEMENTS = 5


@dataclass(frozen=True)
class CodeShown:
    """The primary code of a product as its page shows it."""

    code: object
    drawing: object
    produce: object

    @property
    def plu(self):
        return self.code.gtin.lstrip("0") if self.code.kind == barcodes.Kind.PLU else None


def code_shown(session, product):
    """The primary code, drawn where it has bars; None for a product without codes."""
    if not product.codes:
        return None
    code = product.codes[0]
    produce = None
    if code.kind == barcodes.Kind.PLU:
        # 94011 is the organic 4011.
        plu = int(code.gtin) % 10_000 if int(code.gtin) > 9999 else int(code.gtin)
        produce = session.scalars(select(IfpsPlu).where(IfpsPlu.plu == plu)).first()
    return CodeShown(code, drawing_of(code.gtin, code.kind), produce)


def picture_url(uuid, size="small"):
    """Where the picture of a row of product_image is; None for none."""
    return url_for("product_images.picture", uuid=uuid, size=size) if uuid else None


def price_state(price):
    """(tone, word) for when a price holds."""
    today = formats.today()
    if price.holds_on(today):
        return "good", _("now")
    return (
        ("quiet", _("past")) if price.ends_on and price.ends_on < today else ("warn", _("coming"))
    )


def price_shown(price):
    """A price with its multiple: 3 for 5.00."""
    if price.multiple == 1:
        return formats.money(price.price)
    return _("%(count)s for %(price)s", count=price.multiple, price=formats.money(price.price))


def cost_state(cost):
    """(tone, word) for what is particular about the cost of a vendor."""
    if cost.discontinued:
        return "bad", _("discontinued")
    if cost.has_discount(formats.today()):
        until = cost.discount_ends_on
        said = _("discount to %(day)s", day=formats.day(until)) if until else _("discount")
        return "warn", said
    return ("good", _("preferred")) if cost.is_preferred else None


def margin_of(cost):
    """Which share of the regular price stays with the cost of this vendor today."""
    today = formats.today()
    regular = prices.regular_of(cost.product, today)
    if regular is None or not regular.each:
        return None
    return (regular.each - cost.unit_cost_on(today)) / regular.each


def movements_of(session, product):
    """The last movements of stock."""
    query = select(StockMovement).filter_by(product_uuid=product.uuid)
    query = query.order_by(StockMovement.moved_at.desc(), StockMovement.uuid.desc())
    return session.scalars(query.limit(MOVEMENTS)).all()


def sold_last_week(movement):
    """(quantity, change to the week before or None); None without sales in both."""
    last, before = movement.weeks[-1].quantity, movement.weeks[-2].quantity
    if last <= 0 and before <= 0:
        return None
    return last, (last - before) / before if before > 0 else None


def pack_fact(view, product):
    """The unit of which a product is a pack."""
    if product.unit is None:
        return None
    said = _("%(count)s × %(unit)s", count=formats.quantity(product.pack_size), unit=product.unit)
    return Fact(_("Pack of"), said, view.url_of(product.unit))
