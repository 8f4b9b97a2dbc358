"""Pages of people, their phones, emails and addresses."""

from flask_babel import lazy_gettext as _l

from app.models.customers import CustomerPerson
from app.models.employees import Employee
from app.models.members import Member
from app.models.people import (
    ADDRESS_KINDS,
    EMAIL_KINDS,
    PHONE_KINDS,
    EmailAddress,
    Person,
    PhoneNumber,
    PostalAddress,
)
from app.models.users import User
from app.models.vendors import VendorContact
from app.services import contacts
from app.web import phones
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
from app.web.phones import Phone


class PersonView(MasterView):
    key, model, title, icon = "people", Person, _l("Person"), "users"
    plural = _l("People")
    lead = _l("Everybody the shop knows, whatever else they are to it.")
    merge = Merge(
        fill=(
            Person.middle_name,
            Person.preferred_name,
            Person.born_on,
            Person.notes,
        )
    )
    grid = Grid(
        Column(Person.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Person.first_name, hidden=True),
        Column(Person.middle_name, hidden=True),
        Column(Person.last_name, hidden=True),
        Column(Person.preferred_name, hidden=True),
        Column(
            "phone",
            sql=contacts.PHONE,
            show="phone",
            card="detail",
            filter=Phone(),
            permission="phone_numbers.list",
        ),
        Column("email", sql=contacts.EMAIL, card="detail", permission="email_addresses.list"),
        Column(Person.born_on, hidden=True),
        sort=Person.name,
    )
    form = Form(
        Section(
            _l("Name"),
            Person.first_name,
            Person.middle_name,
            Person.last_name,
            Field(Person.preferred_name, help=_l("In place of the first name, such as Bob.")),
            Field(
                Person.display_name,
                help=_l("The whole name as it is shown; empty: preferred or first, and last."),
            ),
        ),
        Section(_l("More"), Person.born_on, Field(Person.notes, lines=4)),
    )
    facts = (
        "first_name", "middle_name", "last_name", "preferred_name", "display_name", "born_on",
        "notes",
    )  # fmt: skip
    children = (
        Child(
            Person.phones,
            "phone_numbers",
            (
                Column(PhoneNumber.number, link=True),
                Column(PhoneNumber.kind),
                Column(PhoneNumber.valid),
            ),
        ),
        Child(
            Person.emails,
            "email_addresses",
            (
                Column(EmailAddress.address, link=True),
                Column(EmailAddress.kind),
                Column(EmailAddress.valid),
            ),
        ),
        Child(
            Person.addresses,
            "postal_addresses",
            (
                Column(PostalAddress.street, link=True),
                Column(PostalAddress.city),
                Column(PostalAddress.kind),
            ),
        ),
        Child(
            Person.customers,
            "customer_people",
            (Column(CustomerPerson.customer, link=True), Column(CustomerPerson.position)),
            title=_l("Customers"),
        ),
        Child(
            Person.members,
            "members",
            (
                Column(Member.number, link=True),
                Column(Member.membership_type),
                Column(Member.joined_on),
                Column(Member.active),
            ),
        ),
        Child(
            Person.employees,
            "employees",
            (
                Column(Employee.name, link=True),
                Column(Employee.number),
                Column(Employee.state),
            ),
            quiet=True,
        ),
        Child(
            Person.vendor_contacts,
            "vendor_contacts",
            (Column(VendorContact.vendor, link=True), Column(VendorContact.role)),
            title=_l("Contact of vendors"),
            quiet=True,
        ),
        Child(
            Person.users,
            "users",
            (Column(User.username, link=True), Column(User.active)),
            quiet=True,
        ),
    )


class PhoneNumberView(MasterView):
    key, model, title, icon = "phone_numbers", PhoneNumber, _l("Phone number"), "phone"
    plural = _l("Phone numbers")
    parent = PhoneNumber.person
    grid = Grid(
        Column(PhoneNumber.number, link=True, card="title", filter=Phone(shown=True)),
        Column(PhoneNumber.person, card="detail"),
        Column(PhoneNumber.kind, filter=Choice(words=PHONE_KINDS)),
        Column(PhoneNumber.valid, card="state-cell"),
        sort=PhoneNumber.number,
    )
    form = Form(
        PhoneNumber.person,
        Field(PhoneNumber.number, read=phones.read, write=phones.shown),
        Field(PhoneNumber.kind, choices=PHONE_KINDS),
        Field(PhoneNumber.position, help=_l("The lowest is tried first.")),
        PhoneNumber.valid,
    )

    def name_of(self, record):
        return phones.shown(record.number)


class EmailAddressView(MasterView):
    key, model, title, icon = "email_addresses", EmailAddress, _l("Email address"), "mail"
    plural = _l("Email addresses")
    parent = EmailAddress.person
    grid = Grid(
        Column(EmailAddress.address, link=True, card="title", filter=Contains(shown=True)),
        Column(EmailAddress.person, card="detail"),
        Column(EmailAddress.kind, filter=Choice(words=EMAIL_KINDS)),
        Column(EmailAddress.valid, card="state-cell"),
        sort=EmailAddress.address,
    )
    form = Form(
        EmailAddress.person,
        Field(EmailAddress.address, read=contacts.email_address),
        Field(EmailAddress.kind, choices=EMAIL_KINDS),
        Field(EmailAddress.position, help=_l("The lowest is written to.")),
        EmailAddress.valid,
    )


class PostalAddressView(MasterView):
    key, model, title, icon = "postal_addresses", PostalAddress, _l("Postal address"), "map-pin"
    plural = _l("Postal addresses")
    parent = PostalAddress.person
    grid = Grid(
        Column(PostalAddress.street, link=True, card="title", filter=Contains(shown=True)),
        Column(PostalAddress.city, card="code"),
        PostalAddress.region,
        PostalAddress.postal_code,
        PostalAddress.country,
        Column(PostalAddress.person, card="detail"),
        Column(PostalAddress.kind, filter=Choice(words=ADDRESS_KINDS)),
        Column(PostalAddress.valid, card="state-cell"),
        sort=PostalAddress.street,
    )
    form = Form(
        PostalAddress.person,
        PostalAddress.street,
        PostalAddress.street_2,
        PostalAddress.city,
        PostalAddress.region,
        PostalAddress.postal_code,
        Field(PostalAddress.country, read=contacts.country, help=_l("Two letters, as US.")),
        Field(PostalAddress.kind, choices=ADDRESS_KINDS),
        Field(PostalAddress.position, help=_l("The lowest gets the letters.")),
        PostalAddress.valid,
    )
