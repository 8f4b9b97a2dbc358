"""Pages of customers, their people, groups and shoppers."""

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.customers import (
    CUSTOMER_KINDS,
    EMAIL_PREFERENCES,
    Customer,
    CustomerGroup,
    CustomerInGroup,
    CustomerPerson,
    Shopper,
    ShopperSpan,
)
from app.models.members import Member
from app.services import customers
from app.web.formats import today
from app.web.master import (
    Child,
    Choice,
    Column,
    Contains,
    Field,
    Form,
    Grid,
    MasterView,
    Merge,
    Section,
)


class CustomerView(MasterView):
    key, model, title, icon = "customers", Customer, _l("Customer"), "users"
    plural = _l("Customers")
    lead = _l("Accounts in whose name people and businesses buy.")
    merge = Merge(
        fill=(
            Customer.account_holder,
            Customer.email_preference,
            Customer.notes,
        )
    )
    grid = Grid(
        Column(Customer.number, card="code", filter=Contains(shown=True)),
        Column(Customer.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Customer.account_holder, card="detail"),
        Column(Customer.kind, filter=Choice(words=CUSTOMER_KINDS)),
        Column(Customer.email_preference, hidden=True, filter=Choice(words=EMAIL_PREFERENCES)),
        Column(Customer.stays_at_pos, label=_l("Stays at the register"), hidden=True),
        Column(Customer.active_at_pos, label=_l("At the register")),
        sort=Customer.name,
    )
    form = Form(
        Section(
            _l("Who they are"),
            Customer.number,
            Customer.name,
            Field(Customer.kind, choices=CUSTOMER_KINDS),
            Field(
                Customer.account_holder,
                help=_l("Who is asked first; phones and addresses are on their page."),
            ),
            Field(
                Customer.email_preference,
                choices=EMAIL_PREFERENCES,
                help=_l("Empty: as the mailing does it."),
            ),
        ),
        Section(
            _l("At the register"),
            Field(
                Customer.active_at_pos,
                label=_l("At the register"),
                help=_l("The register knows this account."),
            ),
            Field(
                Customer.stays_at_pos,
                label=_l("Stays at the register"),
                help=_l("No import or clean-up may take it from the register."),
            ),
            Field(Customer.notes, lines=4),
        ),
    )
    children = (
        Child(
            Customer.people,
            "customer_people",
            (Column(CustomerPerson.person, link=True), Column(CustomerPerson.position)),
        ),
        Child(
            Customer.shoppers,
            "shoppers",
            (
                Column(Shopper.person, link=True),
                Column(Shopper.number),
                Column(Shopper.active),
            ),
        ),
        Child(
            Customer.groups,
            "customers_in_groups",
            (Column(CustomerInGroup.group, link=True), Column(CustomerInGroup.position)),
            title=_l("Groups"),
        ),
        Child(
            Customer.members,
            "members",
            (
                Column(Member.number, link=True),
                Column(Member.membership_type),
                Column(Member.active),
            ),
            title=_l("Memberships"),
        ),
    )

    def state_of(self, record):
        if record.active_at_pos:
            return "good", _("At the register")
        return "quiet", _("Not at the register")


class CustomerPersonView(MasterView):
    key, model, icon = "customer_people", CustomerPerson, "users"
    title, plural = _l("Person of a customer"), _l("People of customers")
    parent = CustomerPerson.customer
    grid = Grid(
        Column(CustomerPerson.person, link=True, card="title"),
        Column(CustomerPerson.customer, card="detail"),
        CustomerPerson.position,
        sort=CustomerPerson.person,
    )
    form = Form(
        CustomerPerson.customer,
        CustomerPerson.person,
        Field(CustomerPerson.position, help=_l("The lowest is asked first.")),
    )


class CustomerGroupView(MasterView):
    key, model, title, icon = "customer_groups", CustomerGroup, _l("Customer group"), "tag"
    plural = _l("Customer groups")
    lead = _l("Customers with something in common, such as a discount or a mailing.")
    grid = Grid(
        Column(CustomerGroup.number, card="code"),
        Column(CustomerGroup.name, link=True, card="title", filter=Contains(shown=True)),
        sort=CustomerGroup.name,
    )
    form = Form(CustomerGroup.number, CustomerGroup.name)


class CustomerInGroupView(MasterView):
    key, model, icon = "customers_in_groups", CustomerInGroup, "tag"
    title, plural = _l("Group of a customer"), _l("Customers in groups")
    parent = CustomerInGroup.customer
    grid = Grid(
        Column(CustomerInGroup.customer, link=True, card="title"),
        Column(CustomerInGroup.group, card="detail"),
        CustomerInGroup.position,
        sort=CustomerInGroup.customer,
    )
    form = Form(
        CustomerInGroup.customer,
        CustomerInGroup.group,
        Field(CustomerInGroup.position, help=_l("The lowest counts where only one can.")),
    )


class ShopperView(MasterView):
    key, model, title, icon = "shoppers", Shopper, _l("Shopper"), "user"
    plural = _l("Shoppers")
    lead = _l("Who shops in the name of a customer.")
    parent = Shopper.customer
    grid = Grid(
        Column(Shopper.customer, card="detail"),
        Column(Shopper.number, card="code"),
        Column(Shopper.person, link=True, card="title"),
        Column(Shopper.active, card="state-cell"),
        sort=Shopper.person,
    )
    form = Form(
        Shopper.customer,
        Shopper.person,
        Field(Shopper.number, help=_l("Counts within the account: 1 is on the first card.")),
        Shopper.active,
    )
    children = (
        Child(
            Shopper.spans,
            "shopper_spans",
            (Column(ShopperSpan.starts_on, link=True), Column(ShopperSpan.ends_on)),
            title=_l("When they were one"),
        ),
    )
    pages = (("end", "/<uuid:uuid>/end", "end", ("POST",), "edit", "edit"),)

    def end(self, uuid):
        """They shop in the name of the customer until today."""
        shopper = self.get(uuid, lock=True)
        customers.end_shopper(self.session, shopper, on=today())
        undo = self._undo(uuid)
        self.session.commit()
        flash({"text": _("They are no shopper any more."), "undo_url": undo}, "success")
        return redirect(self.url("view", uuid=uuid))


class ShopperSpanView(MasterView):
    key, model, title, icon = "shopper_spans", ShopperSpan, _l("Time as a shopper"), "calendar"
    plural = _l("Times as shoppers")
    parent = ShopperSpan.shopper
    grid = Grid(
        Column(ShopperSpan.shopper, card="title"),
        Column(ShopperSpan.starts_on, link=True, card="lead"),
        Column(ShopperSpan.ends_on, card="detail"),
        sort=ShopperSpan.starts_on,
        descending=True,
    )
    form = Form(
        ShopperSpan.shopper,
        Field(ShopperSpan.starts_on, help=_l("The first day; empty: not known.")),
        Field(ShopperSpan.ends_on, help=_l("The last day; empty: they still are.")),
    )
