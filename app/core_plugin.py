"""What the product itself brings, through the same door as every other plugin."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from app.config import Setting
from app.plugins import Command, Plugin


class Core(Plugin):
    key = "core"
    title = "Storekeeper"

    def settings(self) -> Iterable[Setting[Any]]:
        from app.config.core import CORE_SETTINGS

        return CORE_SETTINGS

    def models(self) -> Iterable[ModuleType]:
        from app.db import versioning
        from app.models import (
            brands,
            customers,
            departments,
            emails,
            employees,
            files,
            heartbeats,
            help_texts,
            imports,
            incidents,
            jobs,
            labels,
            members,
            merges,
            messages,
            notes,
            orders,
            pending_customers,
            pending_products,
            people,
            problems,
            produce,
            product_codes,
            product_costs,
            product_images,
            product_prices,
            product_stores,
            products,
            purchases,
            readings,
            reports,
            runs,
            sales,
            sales_rollups,
            settings,
            setup_changes,
            stock,
            stores,
            taxes,
            tempmon,
            units,
            upgrades,
            users,
            vendors,
            work_orders,
        )

        return (
            versioning,
            settings,
            stores,
            taxes,
            units,
            departments,
            brands,
            people,
            vendors,
            products,
            users,
            customers,
            pending_customers,
            members,
            employees,
            notes,
            messages,
            merges,
            files,
            product_codes,
            product_costs,
            product_prices,
            product_images,
            product_stores,
            pending_products,
            stock,
            produce,
            labels,
            runs,
            imports,
            incidents,
            jobs,
            sales,
            sales_rollups,
            tempmon,
            readings,
            setup_changes,
            help_texts,
            reports,
            upgrades,
            emails,
            purchases,
            orders,
            work_orders,
            heartbeats,
            problems,
        )

    def importing(self) -> Iterable[type[Any]]:
        from app.importing.handlers.catalog_x12 import CatalogX12
        from app.importing.handlers.core_pos import CorePos
        from app.importing.handlers.ifps_plu_csv import IfpsPluCsv
        from app.importing.handlers.poslog import PosLog
        from app.importing.handlers.products_csv import ProductsCsv
        from app.importing.handlers.sales_csv import SalesCsv
        from app.importing.nodes.handler import FromNode

        return (ProductsCsv, SalesCsv, IfpsPluCsv, CatalogX12, PosLog, CorePos, FromNode)

    def work(self) -> Iterable[Any]:
        from app.importing.background import EXPORT, IMPORT
        from app.importing.downloads import DOWNLOAD
        from app.importing.warning import WARNING
        from app.services.problems import PROBLEMS
        from app.services.undo_work import UNDO

        return (IMPORT, EXPORT, DOWNLOAD, WARNING, UNDO, PROBLEMS)

    def jobs(self) -> Iterable[Any]:
        from app.work.core_jobs import CORE_JOBS

        return CORE_JOBS

    def daemons(self) -> Iterable[Any]:
        from app.work.daemon import CORE_DAEMONS

        return CORE_DAEMONS

    def checks(self) -> Iterable[Any]:
        from app.services.health.core import CORE_CHECKS

        return CORE_CHECKS

    def problem_reports(self) -> Iterable[Any]:
        from app.services.problems.core import CORE_REPORTS

        return CORE_REPORTS

    def views(self) -> Iterable[type[Any]]:
        from app.web.views import CORE_VIEWS

        return CORE_VIEWS

    def menu(self) -> Iterable[Any]:
        from app.web.menu import CORE_MENU

        return CORE_MENU

    def commands(self) -> Iterable[Command]:
        return (
            Command("check", "app.cli.check:check", "Tell whether all is well."),
            Command("config", "app.cli.config:config", "Show and check the configuration."),
            Command("db", "app.cli.db:db", "Make, upgrade, check and open the databases."),
            Command("export", "app.cli.exporting:export", "Write a table into a file."),
            Command("files", "app.cli.files:files", "Look after the files that people gave."),
            Command("gtin", "app.cli.gtin:gtin", "Check barcodes and PLUs."),
            Command("history", "app.cli.history:history", "Show, undo and prune history."),
            Command("import", "app.cli.importing:importing", "Bring data in from elsewhere."),
            Command("incidents", "app.cli.incidents:incidents", "Answer what needs a person."),
            Command("jobs", "app.cli.jobs:jobs", "Show, run and pause what is done by schedule."),
            Command("new", "app.cli.new:new", "Write a project of your own."),
            Command(
                "new-importer",
                "app.cli.new_importer:new_importer",
                "Write an import from a sample of its file.",
            ),
            Command("permissions", "app.cli.about:permissions", "List what a role may be allowed."),
            Command("plugins", "app.cli.about:plugins", "List the plugins that are loaded."),
            Command("products", "app.cli.products:products", "Keep costs and figures up to date."),
            Command("roles", "app.cli.users:roles", "List the roles and their permissions."),
            Command("routes", "app.cli.about:routes", "List every address with its permission."),
            Command("run", "app.cli.run:run", "Start Storekeeper on this machine."),
            Command("sales", "app.cli.sales:sales", "Look after the sales database."),
            Command("settings", "app.cli.about:settings", "List the declared settings."),
            Command("runs", "app.cli.runs:runs", "Watch, cancel and repeat long work."),
            Command(
                "temperatures",
                "app.cli.temperatures:temperatures",
                "Look after the temperature database.",
            ),
            Command("user", "app.cli.users:user", "Add and look after users."),
            Command("worker", "app.cli.worker:worker", "Do what is asked for in the background."),
        )
