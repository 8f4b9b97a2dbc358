"""Department, subdepartment, category, family and report code pages."""

from flask_babel import lazy_gettext as _l

from app.models.departments import Category, Department, Family, ReportCode, Subdepartment
from app.web.master import Child, Column, Contains, Field, Form, Grid, MasterView, Section
from app.web.master.shares import SHARE


class DepartmentView(MasterView):
    key, model, title, icon = "departments", Department, _l("Department"), "category"
    plural = _l("Departments")
    lead = _l("The parts of the shop, as registers and reports know them.")
    grid = Grid(
        Column(Department.number, card="code"),
        Column(Department.name, link=True, card="title", filter=Contains(shown=True)),
        Department.has_products,
        Department.has_staff,
        Column(Department.tax),
        Column(Department.food_stampable, hidden=True),
        Column(Department.order_discount, hidden=True),
        Column(Department.exempt_from_gross_sales, hidden=True),
        Column(Department.allows_deletions, hidden=True),
        sort=Department.number,
    )
    form = Form(
        Section(
            _l("What it is"),
            Department.number,
            Department.name,
            Field(Department.has_products, help=_l("Products can belong to it.")),
            Field(Department.has_staff, help=_l("Employees can belong to it.")),
        ),
        Section(
            _l("What its products begin with"),
            Field(Department.tax, help=_l("The tax that is usually due.")),
            Field(
                Department.order_discount,
                **SHARE,
                help=_l("What customers get off when they order a case."),
            ),
            Department.food_stampable,
        ),
        Section(
            _l("What is particular"),
            Field(
                Department.exempt_from_gross_sales,
                help=_l("Its sales, such as gift cards, are no revenue."),
            ),
            Field(
                Department.allows_deletions,
                help=_l("Its products may be deleted when nothing refers to them."),
            ),
        ),
    )
    children = (
        Child(
            Department.subdepartments,
            "subdepartments",
            (Column(Subdepartment.number), Column(Subdepartment.name, link=True)),
        ),
    )


class SubdepartmentView(MasterView):
    key, model, title, icon = "subdepartments", Subdepartment, _l("Subdepartment"), "category"
    plural = _l("Subdepartments")
    grid = Grid(
        Column(Subdepartment.number, card="code"),
        Column(Subdepartment.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Subdepartment.department, card="detail"),
        sort=Subdepartment.number,
    )
    form = Form(Subdepartment.number, Subdepartment.name, Subdepartment.department)


class CategoryView(MasterView):
    key, model, title, icon = "categories", Category, _l("Category"), "category"
    plural = _l("Categories")
    lead = _l("Kinds of products, of one department or across them.")
    grid = Grid(
        Column(Category.number, card="code"),
        Column(Category.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Category.department, card="detail"),
        Column(Category.code, label=_l("Register code"), hidden=True),
        sort=Category.name,
    )
    form = Form(
        Category.number,
        Category.name,
        Category.department,
        Field(Category.code, label=_l("Register code"), help=_l("As the registers know it.")),
    )


class FamilyView(MasterView):
    key, model, title, icon = "families", Family, _l("Family"), "category"
    plural = _l("Families")
    lead = _l("Products that are priced or promoted together, such as all flavours of a yogurt.")
    grid = Grid(
        Column(Family.number, card="code"),
        Column(Family.name, link=True, card="title", filter=Contains(shown=True)),
        sort=Family.number,
    )
    form = Form(Family.number, Family.name)


class ReportCodeView(MasterView):
    key, model, title, icon = "report_codes", ReportCode, _l("Report code"), "chart"
    plural = _l("Report codes")
    lead = _l("Groups of products for reports, beside departments and categories.")
    grid = Grid(
        Column(ReportCode.number, card="code"),
        Column(ReportCode.name, link=True, card="title", filter=Contains(shown=True)),
        sort=ReportCode.number,
    )
    form = Form(ReportCode.number, ReportCode.name)
