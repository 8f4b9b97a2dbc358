"""The address of a grid: its whole state, so that a link or the back button is exact."""

from urllib.parse import parse_qs, urlencode, urlsplit


class State:
    """The address of a grid, and the addresses one step away from it."""

    PLACE = ("after", "before", "from", "last")

    def __init__(self, args):
        self.args = args.to_dict(flat=False)

    def url(self, path, *, keep_place=False, **changes):
        """This address with some parameters changed; None takes one away."""
        wanted = {k: v for k, v in self.args.items() if keep_place or k not in self.PLACE}
        for name, value in changes.items():
            wanted.pop(name, None)
            if value is not None:
                wanted[name] = value if isinstance(value, list) else [str(value)]
        return f"{path}?{urlencode(wanted, doseq=True)}" if wanted else path

    def hidden(self, *without):
        """(name, value) of everything else, for the hidden inputs of a form."""
        left = (*self.PLACE, *without)
        return [(k, v) for k, values in self.args.items() if k not in left for v in values]


def types_on(request, texts):
    """Whether a person goes on typing into one of these filters.

    The address then takes the place of the last one, so that Back leads out of the word at once.
    """
    name = request.headers.get("HX-Trigger-Name")
    if name not in texts or not request.args.get(name):
        return False
    try:
        before = parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    except ValueError:
        return False
    now = request.args.to_dict(flat=False)
    return name in before and _without(before, name) == _without(now, name)


def _without(args, name):
    return {k: v for k, v in args.items() if k not in (*State.PLACE, name) and v != [""]}
