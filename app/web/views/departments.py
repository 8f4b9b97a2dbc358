"""Department, subdepartment, category and family pages."""

from flask_babel import lazy_gettext as _l

from app.models.departments import Category, Department, Family, Subdepartment
from app.web.master import Child, Column, Contains, Field, Form, Grid, MasterView


class DepartmentView(MasterView):
    key, model, title, icon = "departments", Department, _l("Department"), "category"
    plural = _l("Departments")
    lead = _l("The parts of the shop, as registers and reports know them.")
    grid = Grid(
        Column(Department.number, card="code"),
        Column(Department.name, link=True, card="title", filter=Contains(shown=True)),
        Department.has_products,
        Department.has_staff,
        Column(Department.exempt_from_gross_sales, hidden=True),
        sort=Department.number,
    )
    form = Form(
        Department.number,
        Department.name,
        Field(Department.has_products, help=_l("Products can belong to it.")),
        Field(Department.has_staff, help=_l("Employees can belong to it.")),
        Field(
            Department.exempt_from_gross_sales,
            help=_l("Its sales, such as gift cards, are no revenue."),
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
        sort=Category.name,
    )
    form = Form(Category.number, Category.name, Category.department)


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
