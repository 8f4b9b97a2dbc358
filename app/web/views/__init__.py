"""The pages of the product itself, one module per domain word."""

from app.web.views.brands import BrandView
from app.web.views.change_sets import ChangeSetView
from app.web.views.customers import (
    CustomerGroupView,
    CustomerInGroupView,
    CustomerPersonView,
    CustomerView,
    ShopperSpanView,
    ShopperView,
)
from app.web.views.departments import CategoryView, DepartmentView, FamilyView, SubdepartmentView
from app.web.views.employees import (
    EmployeeDepartmentView,
    EmployeeStoreView,
    EmployeeView,
    EmploymentView,
)
from app.web.views.members import EquityPaymentView, MembershipTypeView, MemberView
from app.web.views.merge_requests import MergeRequestView
from app.web.views.messages import MessageView
from app.web.views.notes import AttachmentView, NoteView
from app.web.views.pending_customers import PendingCustomerView
from app.web.views.people import EmailAddressView, PersonView, PhoneNumberView, PostalAddressView
from app.web.views.product_prices import ProductCostView, ProductPriceView
from app.web.views.products import ProductCodeView, ProductView
from app.web.views.roles import RoleView
from app.web.views.runs import RejectedRowView, RunView
from app.web.views.sales import SaleView
from app.web.views.settings import SettingView
from app.web.views.shifts import ScheduledShiftView, WorkedShiftView
from app.web.views.stores import StoreView
from app.web.views.user_tokens import UserTokenView
from app.web.views.users import UserEventView, UserView
from app.web.views.vendors import VendorContactView, VendorView

CORE_VIEWS = (
    ProductView, ProductCodeView, ProductCostView, ProductPriceView,
    DepartmentView, SubdepartmentView, CategoryView, FamilyView, BrandView, VendorView,
    PersonView, PhoneNumberView, EmailAddressView, PostalAddressView, StoreView,
    CustomerView, CustomerPersonView, CustomerGroupView, CustomerInGroupView, ShopperView,
    ShopperSpanView, PendingCustomerView, MemberView, MembershipTypeView, EquityPaymentView,
    EmployeeView, EmploymentView, EmployeeDepartmentView, EmployeeStoreView, ScheduledShiftView,
    WorkedShiftView, VendorContactView, UserTokenView, MergeRequestView, NoteView, AttachmentView,
    MessageView,
    SaleView, RunView, RejectedRowView, UserView, RoleView, UserEventView, SettingView,
    ChangeSetView,
)  # fmt: skip
