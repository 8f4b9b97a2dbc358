"""A moment in a form: on the clock of the shop, kept with its zone."""

from datetime import UTC, datetime

from flask_babel import get_timezone
from flask_babel import gettext as _
from wtforms import Field as WTField
from wtforms.widgets import DateTimeLocalInput


class MomentField(WTField):
    """A day and a time, as the browser's own calendar gives them."""

    widget = DateTimeLocalInput()

    def _value(self):
        if self.raw_data:
            return self.raw_data[0]
        if self.data is None:
            return ""
        wall = self.data.astimezone(get_timezone()).replace(tzinfo=None)
        exact = "auto" if wall.microsecond else "seconds" if wall.second else "minutes"
        return wall.isoformat(timespec=exact)

    def process_formdata(self, valuelist):
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            wall = datetime.fromisoformat(text)
            self.data = wall.replace(tzinfo=wall.tzinfo or get_timezone()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError(_("Write a moment as 2026-11-23T17:05.")) from None
