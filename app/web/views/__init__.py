"""The pages of the product itself, one module per domain word."""

from app.web.views.api_imports import ApiImportView
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
from app.web.views.departments import (
    CategoryView,
    DepartmentView,
    FamilyView,
    ReportCodeView,
    SubdepartmentView,
)
from app.web.views.emails import EmailAttemptView, EmailBounceView
from app.web.views.employees import (
    EmployeeDepartmentView,
    EmployeeStoreView,
    EmployeeView,
    EmploymentView,
)
from app.web.views.help_texts import FieldHelpView, PageHelpView
from app.web.views.holidays import HolidayView
from app.web.views.import_changes import ImportChangeView
from app.web.views.import_schedules import ImportScheduleView
from app.web.views.imports import ImportView
from app.web.views.incidents import IncidentView
from app.web.views.jobs import JobTickView, JobView
from app.web.views.labels import LabelProfileView
from app.web.views.members import EquityPaymentView, MembershipTypeView, MemberView
from app.web.views.merge_requests import MergeRequestView
from app.web.views.messages import MessageView
from app.web.views.notes import AttachmentView, NoteView
from app.web.views.orders import CustomerOrderView, OrderItemView
from app.web.views.pending_customers import PendingCustomerView
from app.web.views.pending_products import PendingProductView
from app.web.views.people import EmailAddressView, PersonView, PhoneNumberView, PostalAddressView
from app.web.views.probes import CalibrationView, ProbeStateView, ProbeView
from app.web.views.problems import ProblemView
from app.web.views.product_codes import ProductCodeView
from app.web.views.product_costs import FutureCostView, ProductCostView
from app.web.views.product_images import ProductImageView
from app.web.views.product_prices import ProductPriceView
from app.web.views.product_stores import AlternateCodeView, ProductStoreView, ProductTaxView
from app.web.views.products import ProductView
from app.web.views.purchase_items import PurchaseCreditView, PurchaseItemView
from app.web.views.purchases import PurchaseView
from app.web.views.readings import ReadingView
from app.web.views.reports import ReportOutputView
from app.web.views.roles import RoleView
from app.web.views.runs import RejectedRowView, RunView
from app.web.views.sales import SaleView
from app.web.views.settings import SettingView
from app.web.views.setup_changes import SetupChangeView
from app.web.views.shifts import ScheduledShiftView, WorkedShiftView
from app.web.views.status import StatusView
from app.web.views.stock import AdjustmentReasonView, StockMovementView, StockView
from app.web.views.stores import StoreView
from app.web.views.taxes import DepositLinkView, TaxView, TenderView
from app.web.views.tempmon import ApplianceView, ClientView, DefrostWindowView
from app.web.views.units import IfpsPluView, UnitOfMeasureView
from app.web.views.upgrades import UpgradeRequirementView, UpgradeView
from app.web.views.user_tokens import UserTokenView
from app.web.views.users import UserEventView, UserView
from app.web.views.vendors import VendorContactView, VendorSampleFileView, VendorView
from app.web.views.work_orders import WorkOrderView

CORE_VIEWS = (
    ProductView, ProductCodeView, ProductCostView, FutureCostView, ProductPriceView,
    ProductImageView, ProductStoreView, ProductTaxView, AlternateCodeView, PendingProductView,
    StockView, StockMovementView, AdjustmentReasonView,
    DepartmentView, SubdepartmentView, CategoryView, FamilyView, ReportCodeView, BrandView,
    VendorView, VendorSampleFileView, TaxView, TenderView, DepositLinkView, UnitOfMeasureView,
    IfpsPluView, LabelProfileView,
    PersonView, PhoneNumberView, EmailAddressView, PostalAddressView, StoreView,
    CustomerView, CustomerPersonView, CustomerGroupView, CustomerInGroupView, ShopperView,
    ShopperSpanView, PendingCustomerView, MemberView, MembershipTypeView, EquityPaymentView,
    EmployeeView, EmploymentView, EmployeeDepartmentView, EmployeeStoreView, ScheduledShiftView,
    WorkedShiftView, VendorContactView, UserTokenView, MergeRequestView, NoteView, AttachmentView,
    MessageView, IncidentView,
    SaleView, ImportView, ImportScheduleView, ApiImportView, RunView, RejectedRowView,
    ImportChangeView, JobView, JobTickView, HolidayView, UserView, RoleView, UserEventView,
    SettingView, ChangeSetView, ApplianceView, ProbeView, DefrostWindowView, CalibrationView,
    ProbeStateView, SetupChangeView, ClientView, ReadingView, ReportOutputView, UpgradeView,
    UpgradeRequirementView,
    PurchaseView, PurchaseItemView, PurchaseCreditView, CustomerOrderView, OrderItemView,
    WorkOrderView, EmailAttemptView, EmailBounceView, PageHelpView, FieldHelpView,
    ProblemView, StatusView,
)  # fmt: skip
