"""A moment in a form: shown and typed as clocks show it, kept as the moment it is."""

from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import gettext as _
from wtforms import DateTimeLocalField

from app.services import zones

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]


class MomentField(DateTimeLocalField):
    """A day and a time; `data` is what the clock shows, without a zone.

    `zone` tells for a record in which zone its moments are; none: that of the shop.
    """

    def __init__(self, zone=None, **options):
        super().__init__(format=FORMATS, **options)
        self.zone = zone

    def process_formdata(self, valuelist):
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            raise ValueError(_("Write a day and a time as 2026-11-23 14:30.")) from None
        if not 1900 <= self.data.year <= 2200:
            raise ValueError(_("This day is out of range."))

    def show(self, record):
        """Turn a moment of a record into what its clock shows, to the minute."""
        if self.data is not None and self.data.tzinfo is not None:
            self.data = clock(self.data, self._zone_of(record))

    def moment(self, record, before):
        """The moment that is meant; the one before where the clock still shows the same.

        So the second of two equal hours, and seconds, outlive a form that leaves them alone.
        """
        if self.data is None:
            return None
        zone = self._zone_of(record)
        if before is not None and clock(before, zone) == self.data.replace(second=0):
            return before
        return zones.moment(self.data, zone)

    def _zone_of(self, record):
        found = self.zone(record) if self.zone and record is not None else None
        return found or ZoneInfo(str(get_timezone()))


def clock(moment, zone):
    """What a clock shows at a moment, to the minute."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0, second=0, microsecond=0)
