"""A project brings words of its own, and its words for ours."""

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask_babel import force_locale, gettext, ngettext

from app import create_app
from app.plugins import Plugin


def test_the_words_of_a_project_count_before_ours(tmp_path, own_database):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale="de")
    catalog.add("Gift card", "Gutschein der Poser")
    catalog.add("Vendor", "Erzeuger")
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)

    class Poser(Plugin):
        key, title = "poser", "Poser Foods"

        def translations(self):
            return str(tmp_path)

    app = create_app(own_database, plugins=[Poser()])
    with app.test_request_context(), force_locale("de"):
        assert gettext("Gift card") == "Gutschein der Poser"
        assert gettext("Vendor") == "Erzeuger"
        assert gettext("Save") == "Speichern"
        assert "2" in ngettext("%(num)s row", "%(num)s rows", 2)
    with app.test_request_context(), force_locale("en"):
        assert gettext("Vendor") == "Vendor"
