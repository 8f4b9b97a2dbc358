"""django-import-export in bulk mode, which saves with bulk_create and bulk_update.

It is given what makes it fast: all objects loaded at once, no report in HTML. It deletes what a
row says is to go. Bulk mode sends no signals, so that django-simple-history hears of nothing; with
versions the resource calls its functions for many objects. Of deletions it hears by itself.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import django
import tablib
from django.conf import settings
from peer import KEEPS_VERSIONS, MARKED, URL, measure


def database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or parse_qs(parts.query)["host"][0],
        "PORT": parts.port or "",
    }


# Django wants every model in an application of some name: this script is one.
shop = types.ModuleType("shop")
shop.__path__ = [str(Path(__file__).parent)]
sys.modules["shop"] = shop
settings.configure(
    DATABASES={"default": database(URL)},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "import_export",
        "simple_history",
        "shop",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    IMPORT_EXPORT_USE_TRANSACTIONS=True,
)
django.setup()

from django.db import connection, models  # noqa: E402
from import_export import resources  # noqa: E402
from import_export.instance_loaders import CachedInstanceLoader  # noqa: E402
from simple_history.models import HistoricalRecords  # noqa: E402
from simple_history.utils import (  # noqa: E402
    bulk_create_with_history,
    bulk_update_with_history,
)


class Product(models.Model):
    number = models.CharField(max_length=60, unique=True)
    description = models.CharField(max_length=255)
    description_2 = models.CharField(max_length=255, null=True)
    size = models.CharField(max_length=30, null=True)
    unit_size = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    pack_size = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    case_size = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    average_weight = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    ingredients = models.TextField(null=True)
    notes = models.TextField(null=True)
    if KEEPS_VERSIONS:
        history = HistoricalRecords(app="shop", user_db_constraint=False)

    class Meta:
        app_label = "shop"


class ProductResource(resources.ModelResource):
    class Meta:
        model = Product
        exclude = ("id",)
        import_id_fields = ("number",)
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = 1000
        skip_unchanged = True
        report_skipped = False
        skip_html_diff = True

    def for_delete(self, row, instance):
        return bool(row.get("deleted"))


class ResourceWithHistory(ProductResource):
    """The same, with a history of what is saved in bulk."""

    def bulk_create(self, using_transactions, dry_run, raise_errors, batch_size=None, **kwargs):
        if self.create_instances:
            bulk_create_with_history(self.create_instances, Product, batch_size)
            self.create_instances.clear()

    def bulk_update(self, using_transactions, dry_run, raise_errors, batch_size=None, **kwargs):
        if self.update_instances:
            fields = self.get_bulk_update_fields()
            bulk_update_with_history(self.update_instances, Product, fields, batch_size)
            self.update_instances.clear()


def bring(task: str, path: Path) -> None:
    with path.open(newline="") as file:
        data = tablib.Dataset().load(file, format="csv")
    resource = ResourceWithHistory if KEEPS_VERSIONS else ProductResource
    resource().import_data(data, raise_errors=True)


with connection.schema_editor() as editor:
    editor.create_model(Product)
    if KEEPS_VERSIONS:
        editor.create_model(Product.history.model)
versions = Product.history.count if KEEPS_VERSIONS else None
measure(bring, Product.objects.count, versions, MARKED)
