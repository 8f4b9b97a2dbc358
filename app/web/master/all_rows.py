"""All rows that a grid would show on its pages, one after the other."""

from app.web.master.page import Seek, asked_of, order_of, shown_of

AT_ONCE = 500


class AllRows:
    """The rows behind the address of a grid, in its order; read in parts, so that memory is flat.

    `told` hears after each part how many were written, of how many if that is known.
    """

    def __init__(self, session, model, grid, args, *, base=None, told=None):
        self.session, self.told = session, told
        self.shown = shown_of(grid, args)
        _active, asked = asked_of(session, grid, args, base)
        self.seek = Seek(session, model, order_of(grid, args), asked, self.shown)
        self._first, self.count = self.seek.rows_and_count(AT_ONCE, cursor=None, backwards=False)
        self.written = 0

    def __iter__(self):
        rows = self._first
        while rows:
            last = rows[-1].place, rows[-1].record.uuid
            yield from rows
            self.written += len(rows)
            if self.told:
                self.told(self.written, None if self.count.is_capped else self.count.number)
            full = len(rows) == AT_ONCE
            rows = self.seek.more(AT_ONCE, last) if full else []
