"""What the demo shop has ordered: purchases from vendors, and orders of its customers.

The vendors, products and costs are those of the demo; the quantities are made up.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.models.customers import Customer
from app.models.orders import CustomerOrder, OrderItem
from app.models.product_costs import ProductCost
from app.models.products import Product
from app.models.purchases import Purchase
from app.models.stores import Store
from app.models.vendors import Vendor
from app.services import orders, purchases

# How far each purchase is, and how many days ago it was ordered.
PURCHASES = (
    ("new", 0), ("ordered", 1), ("shipped", 3), ("received", 6), ("invoiced", 12), ("paid", 30),
)  # fmt: skip
ORDERS = ((), ("ready",), ("ready", "placed"), ("ready", "placed", "received"),
          ("ready", "placed", "received", "contacted"))  # fmt: skip
WISHES = ("The rye bread that you had last winter", "Goat milk, any brand")


def fill(session: Session, today: date) -> None:
    """Purchases and orders, unless there are purchases."""
    if session.scalar(select(exists().select_from(Purchase))):
        return
    _purchases(session, today)
    _orders(session, today)


def _purchases(session, today):
    stores = session.scalars(select(Store).order_by(Store.number)).all()
    for place, (vendor, (state, days)) in enumerate(
        zip(_vendors(session), PURCHASES, strict=False)
    ):
        made = purchases.create(session, vendor=vendor, store=stores[place % len(stores)])
        for number, product in enumerate(_products_of(session, vendor)):
            purchases.add_item(session, made, product, cases=Decimal(1 + number % 3))
        day = today - timedelta(days=days)
        for step in ("ordered", "shipped", "received", "invoiced", "paid"):
            if state == "new":
                break
            if step == "received":
                _receive(session, made, on=day)
            else:
                purchases.step(session, made, step, on=day)
            if step == state:
                break
            day += timedelta(days=2)


def _receive(session, purchase, *, on):
    """All but one broken unit has come."""
    purchases.receive(session, purchase.items[0], units_damaged=Decimal(1))
    purchases.receive_rest(session, purchase, on=on)
    purchases.credit(session, purchase)


def _vendors(session):
    """The vendors of most products with a cost, but those of fuel and the shop itself."""
    count = func.count(ProductCost.uuid)
    query = select(Vendor).join(ProductCost, ProductCost.vendor_uuid == Vendor.uuid)
    query = query.group_by(Vendor.uuid).order_by(count.desc(), Vendor.number)
    return session.scalars(query.limit(len(PURCHASES))).all()


def _products_of(session, vendor):
    query = select(Product).join(ProductCost, ProductCost.product_uuid == Product.uuid)
    query = query.where(ProductCost.vendor_uuid == vendor.uuid).order_by(Product.number)
    return session.scalars(query.limit(8)).all()


def _orders(session, today):
    at = datetime.combine(today, time(9), tzinfo=UTC) - timedelta(days=3)
    customers = session.scalars(select(Customer).order_by(Customer.number).limit(6)).all()
    goods = _ordered_often(session, len(ORDERS))
    store = session.scalars(select(Store).order_by(Store.number).limit(1)).one()
    for customer, product, steps in zip(customers, goods, ORDERS, strict=False):
        order = _order(session, customer, store)
        item = orders.add_item(session, order, product, by=None, at=at, quantity=Decimal(2))
        for hours, state in enumerate(steps, 1):
            orders.step(session, item, state, by=None, at=at + timedelta(hours=hours))
    order = _order(session, customers[-1], store)
    for number, words in enumerate(WISHES, 1):
        item = OrderItem(order=order, sequence=number, description=words, quantity=Decimal(1))
        session.add(item)
        orders.begin(session, item, by=None, at=at)


def _order(session, customer, store):
    order = CustomerOrder(customer=customer, contact_name=customer.name, store=store)
    order.phone = customer.account_holder.phones[0].number
    session.add(order)
    session.flush()
    return order


def _ordered_often(session, count):
    """Some products with a price and a size; the same in each demo shop."""
    query = select(Product).where(Product.size.is_not(None), Product.prices.any())
    return session.scalars(query.order_by(Product.number).limit(count)).all()
