"""Product pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import aliased

from app import barcodes
from app.errors import AppError
from app.models.product_images import ProductImage
from app.models.product_stores import ProductFigures
from app.models.products import CLAIMS, PRODUCT_KINDS, AlternateCode, Product, ProductCode
from app.models.stock import Stock
from app.services import prices, products, stock
from app.web import formats
from app.web.auth import allowed
from app.web.master import Between, Choice, Column, Contains, Grid, MasterView, Merge
from app.web.master.filters import Related, escape
from app.web.master.parts import Fact
from app.web.product_parts import code_shown, movements_of, pack_fact, picture_url, sold_last_week
from app.web.sales_parts import movement_of
from app.web.views.product_children import CHILDREN, MAIN, SHOWN_EMPTY
from app.web.views.product_form import FACTS, FORM

_image = aliased(ProductImage, name="primary_image")
_figures = aliased(ProductFigures, name="figures")
IMAGE = prices.Join(_image, (_image.product_uuid == Product.uuid) & _image.is_primary)
FIGURES = prices.Join(_figures, _figures.product_uuid == Product.uuid)
ON_HAND = (
    select(func.sum(Stock.on_hand)).where(Stock.product_uuid == Product.uuid).scalar_subquery()
)


class CodeContains(Contains):
    """A code of the product, whole or in part, with or without its spaces, or another name."""

    verbs = ("contains", "empty", "filled")

    def ask(self, verb, values, session):
        if verb == "empty":
            return "", ~Product.codes.any()
        if verb == "filled":
            return "", Product.codes.any()
        text = self.parse(values[0])
        digits = escape("".join(letter for letter in text if letter.isalnum()))
        # Each by an index of its own: a condition over both tables at once has none.
        codes = select(ProductCode.product_uuid).where(ProductCode.gtin.like(f"%{digits}%"))
        names = select(AlternateCode.product_uuid).where(
            AlternateCode.code.ilike(f"%{escape(text)}%")
        )
        return text, Product.uuid.in_(codes.union(names))


def sale_badge(ends_on):
    return ("warn", _("On sale to %(day)s", day=formats.day(ends_on))) if ends_on else None


class ProductView(MasterView):
    key, model, title, icon = "products", Product, _l("Product"), "box"
    plural = _l("Products")
    lead = _l("What the shop sells. Import it from a file, or write the first product yourself.")
    form, facts, children = FORM, FACTS, CHILDREN
    merge = Merge(
        fill=(
            Product.size,
            Product.unit_size,
            Product.unit_of_measure,
            Product.brand,
            Product.department,
            Product.subdepartment,
            Product.category,
            Product.family,
            Product.notes,
        ),
        add=(Stock.on_hand, Stock.on_order),
    )
    grid = Grid(
        Column(
            "picture",
            sql=_image.uuid,
            value=picture_url,
            joins=(IMAGE,),
            label=_l("Picture"),
            permission="product_images.view",
            show="picture",
            card="picture",
            sort=False,
            filter=False,
            hidden=True,
        ),
        Column(
            "code",
            sql=prices.PRIMARY_CODE,
            joins=(prices.CODE,),
            label=_l("Code"),
            show="code",
            card="code",
            sort=False,
            filter=CodeContains(),
        ),
        Column(Product.description, link=True, card="title", filter=Contains(shown=True)),
        Product.size,
        Column(Product.department, filter=Related(shown=True)),
        Column(Product.brand),
        Column(
            "cost",
            sql=prices.UNIT_COST,
            joins=(prices.COST,),
            permission="product_costs.view",
            label=_l("Cost"),
            show="money",
        ),
        Column(
            "price",
            sql=prices.REGULAR_PRICE,
            joins=(prices.REGULAR,),
            label=_l("Price"),
            show="money",
            card="lead",
        ),
        Column(
            "margin",
            sql=prices.MARGIN,
            joins=(prices.REGULAR, prices.COST),
            permission="product_costs.view",
            label=_l("Margin"),
            show="percent",
            filter=Between(percent=True),
        ),
        Column(
            "sale_ends_on",
            sql=prices.SALE_ENDS_ON,
            joins=(prices.SALE,),
            value=sale_badge,
            label=_l("Sale"),
            show="badge",
            card="state-cell",
        ),
        Column(
            "sale_price",
            sql=prices.SALE_PRICE,
            joins=(prices.SALE,),
            label=_l("Sale price"),
            show="money",
            hidden=True,
        ),
        Column(
            "on_hand",
            sql=ON_HAND,
            label=_l("On hand"),
            permission="stock.view",
            show="quantity",
            sort=False,
            filter=False,
            hidden=True,
        ),
        Column(
            "last_sold_on",
            sql=_figures.last_sold_on,
            joins=(FIGURES,),
            permission="sales.list",
            label=_l("Last sold"),
            show="day",
            hidden=True,
        ),
        Column(
            "sold_28_days",
            sql=_figures.sold_28_days,
            joins=(FIGURES,),
            permission="sales.list",
            label=_l("Sold, 28 days"),
            show="quantity",
            hidden=True,
        ),
        Column(
            "true_margin",
            sql=_figures.true_margin,
            joins=(FIGURES,),
            permission="product_costs.view",
            label=_l("True margin"),
            show="percent",
            hidden=True,
            filter=Between(percent=True),
        ),
        Column(Product.number, hidden=True),
        Column(Product.category, hidden=True),
        Column(Product.subdepartment, hidden=True),
        Column(Product.family, hidden=True),
        Column(Product.report_code, hidden=True),
        Column(Product.deposit_link, hidden=True),
        Column(Product.unit, label=_l("Pack of"), sort=False, hidden=True),
        Column(Product.kind, hidden=True, filter=Choice(words=PRODUCT_KINDS)),
        Column(Product.sold_by_weight, hidden=True),
        *(Column(getattr(Product, claim), hidden=True) for claim in CLAIMS),
        Column(Product.special_order, hidden=True),
        Column(Product.discontinued, hidden=True),
        Column(Product.active, hidden=True),
        sort=Product.description,
    )

    def facts_of(self, record):
        """The primary code leads; what others say of it comes last."""
        codes = [
            Fact(_("Code"), barcodes.display(code.gtin), format="code") for code in record.codes[:1]
        ]
        found = codes + super().facts_of(record)
        if pack := pack_fact(self, record):
            found.append(pack)
        if allowed("sales.list") and record.figures and record.figures.last_sold_on:
            found.append(Fact(_("Last sold"), formats.day(record.figures.last_sold_on)))
        return found

    def before_save(self, record):
        if record.unit is record:
            raise AppError(_("A product cannot be a pack of itself."))
        if record.unit is not None and record.unit.unit_uuid is not None:
            raise AppError(_("“%(name)s” is a pack itself; name its unit.", name=record.unit))
        if record.default_pack and record.unit is None:
            raise AppError(_("Name the product of which this is the usual pack."))
        if record.unit is not None and record.pack_size is None:
            raise AppError(_("Say how many are in the pack."))
        if inspect(record).pending:
            products.begin(record)

    def remove(self, record):
        if record.department is not None and not record.department.allows_deletions:
            where = record.department
            raise AppError(
                _("Products of “%(name)s” are not deleted; its page says so.", name=where)
            )
        super().remove(record)

    def addable(self, record):
        """The views of parts of which it has none yet, and which are then not shown."""
        absent = (
            self.child_view(child)
            for child in self.children
            if child.view not in SHOWN_EMPTY and not getattr(record, child.relation.key)
        )
        return [view for view in absent if view.may("create")]

    def context(self, record):
        """The numbers that a buyer asks for first, and the parts of the page."""
        ask = select(
            prices.REGULAR_PRICE,
            prices.COST_IN_FORCE,
            (prices.REGULAR_PRICE - prices.COST_IN_FORCE) / func.nullif(prices.REGULAR_PRICE, 0),
            prices.SALE_PRICE,
            prices.SALE_ENDS_ON,
        ).select_from(Product)
        ask = prices.joined(ask, prices.REGULAR, prices.COST, prices.SALE)
        ask = ask.where(Product.uuid == record.uuid)
        regular, cost, margin, sale, sale_ends_on = self.session.execute(ask).one()
        coming = min(
            (
                p
                for p in prices.for_everybody(record)
                if p.starts_on and p.starts_on > formats.today()
            ),
            key=lambda price: price.starts_on,
            default=None,
        )
        movement = movement_of(self.session, record) if allowed("sales.list") else None
        return {
            "in_force": prices.regular_of(record, formats.today()),
            "regular": regular,
            "cost": cost,
            "margin": margin,
            "sale": sale,
            "sale_ends_on": sale_ends_on,
            "coming": coming,
            "movement": movement,
            "sold": sold_last_week(movement) if movement else None,
            "code": code_shown(self.session, record),
            "main": MAIN,
            "addable": self.addable,
            "shelves": stock.by_store(self.session, record) if allowed("stock.view") else [],
            "moves": movements_of(self.session, record) if allowed("stock_movements.view") else [],
        }
