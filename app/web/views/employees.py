"""Pages of employees: who they are, since when they work here, and where."""

from datetime import UTC, datetime

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.employees import (
    EMPLOYEE_STATES,
    Employee,
    EmployeeDepartment,
    EmployeeStore,
    Employment,
)
from app.services import employees
from app.web.auth import allowed
from app.web.formats import today
from app.web.master import Child, Choice, Column, Contains, Field, Form, Grid, MasterView, Section

TONES = {"current": "good", "on_leave": "info", "former": "quiet"}


def state_words():
    return {"current": _("Current"), "on_leave": _("On leave"), "former": _("Former")}


def state_badge(employee):
    return TONES[employee.state], state_words()[employee.state]


class EmployeeView(MasterView):
    key, model, title, icon = "employees", Employee, _l("Employee"), "user"
    plural = _l("Employees")
    lead = _l("Who works in the shop, or did.")
    grid = Grid(
        Column(Employee.number, card="code"),
        Column(Employee.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Employee.person, card="detail"),
        Employee.full_time,
        Column(Employee.full_time_since, hidden=True),
        Column(
            Employee.state, state_badge, show="badge", card="state-cell",
            filter=Choice(words=EMPLOYEE_STATES, shown=True),
        ),
        sort=Employee.name,
    )  # fmt: skip
    form = Form(
        Section(
            _l("Who they are"),
            Field(Employee.person, help=_l("Somebody the shop knows; make them under People.")),
            Field(
                Employee.name,
                required=False,
                help=_l("Short, as on receipts and name tags; empty: the person's name."),
            ),
            Field(Employee.number, help=_l("As the register knows them.")),
        ),
        Section(
            _l("How they work"),
            Field(Employee.state, choices=EMPLOYEE_STATES),
            Employee.full_time,
            Employee.full_time_since,
        ),
    )
    children = (
        Child(
            Employee.employments,
            "employments",
            (Column(Employment.starts_on, link=True), Column(Employment.ends_on)),
        ),
        Child(
            Employee.departments,
            "employee_departments",
            (Column(EmployeeDepartment.department, link=True),),
        ),
        Child(Employee.stores, "employee_stores", (Column(EmployeeStore.store, link=True),)),
    )
    pages = (
        ("leave", "/<uuid:uuid>/leave", "leave", ("POST",), "edit", "edit"),
        ("punch", "/<uuid:uuid>/punch", "punch", ("POST",), "punch", "view"),
    )

    def before_save(self, record):
        record.name = employees.name_or_persons(record)

    def state_of(self, record):
        return state_badge(record)

    def context(self, record):
        told = {"may_punch": allowed("employees.punch"), "at_work": None}
        if told["may_punch"] or allowed("worked_shifts.list"):
            told["at_work"] = employees.open_shift(self.session, record)
        return told

    def leave(self, uuid):
        """End the employment that runs, today."""
        employee = self.get(uuid, lock=True)
        employees.leave(self.session, employee, today())
        return self._done(uuid, _("The employment has ended."))

    def punch(self, uuid):
        """Come or go, whichever it is time for."""
        employee, now = self.get(uuid), datetime.now(UTC)
        if employees.open_shift(self.session, employee):
            employees.punch_out(self.session, employee, at=now)
            return self._done(uuid, _("They are off now."))
        places = [place.store for place in employee.stores]
        store = places[0] if len(places) == 1 else None
        employees.punch_in(self.session, employee, at=now, store=store)
        return self._done(uuid, _("They are at work now."))

    def _done(self, uuid, text):
        self.session.commit()
        flash(text, "success")
        return redirect(self.url("view", uuid=uuid))


class EmploymentView(MasterView):
    key, model, title, icon = "employments", Employment, _l("Employment"), "calendar"
    plural = _l("Employments")
    parent = Employment.employee
    grid = Grid(
        Column(Employment.employee, card="title"),
        Column(Employment.starts_on, link=True, card="lead"),
        Column(Employment.ends_on, card="detail"),
        sort=Employment.starts_on,
        descending=True,
    )
    form = Form(
        Employment.employee,
        Employment.starts_on,
        Field(Employment.ends_on, help=_l("The last day; empty: until further notice.")),
    )


class EmployeeDepartmentView(MasterView):
    key, model, icon = "employee_departments", EmployeeDepartment, "category"
    title, plural = _l("Department of an employee"), _l("Departments of employees")
    parent = EmployeeDepartment.employee
    grid = Grid(
        Column(EmployeeDepartment.employee, card="title", link=True),
        Column(EmployeeDepartment.department, card="detail"),
        sort=EmployeeDepartment.employee,
    )
    form = Form(EmployeeDepartment.employee, EmployeeDepartment.department)


class EmployeeStoreView(MasterView):
    key, model, icon = "employee_stores", EmployeeStore, "store"
    title, plural = _l("Store of an employee"), _l("Stores of employees")
    parent = EmployeeStore.employee
    grid = Grid(
        Column(EmployeeStore.employee, card="title", link=True),
        Column(EmployeeStore.store, card="detail"),
        sort=EmployeeStore.employee,
    )
    form = Form(EmployeeStore.employee, EmployeeStore.store)
