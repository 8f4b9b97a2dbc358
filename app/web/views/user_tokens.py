"""Pages of API tokens: which there are, and revoking them."""

from flask_babel import lazy_gettext as _l

from app.models.users import UserToken
from app.services import permissions, tokens
from app.web.auth import this_user
from app.web.master import Column, Contains, Form, Grid, MasterView


class UserTokenView(MasterView):
    """Made on one's own page (app/web/tokens.py); here they are seen and revoked."""

    key, model, title, icon = "user_tokens", UserToken, _l("API token"), "key"
    plural = _l("API tokens")
    lead = _l("Keys by which machines act as users.")
    allow = frozenset({"list", "view", "delete"})
    parent = UserToken.user
    grid = Grid(
        Column(UserToken.description, link=True, card="title", filter=Contains(shown=True)),
        Column(UserToken.user, card="detail"),
        Column(UserToken.beginning, card="code"),
        UserToken.created_at,
        UserToken.last_used_at,
        UserToken.expires_on,
        sort=UserToken.description,
    )
    form = Form(
        UserToken.description,
        UserToken.user,
        UserToken.beginning,
        UserToken.created_at,
        UserToken.expires_on,
        UserToken.last_used_at,
    )

    def may(self, act, record=None):
        """With the tokens of somebody only who may do all that they may."""
        allowed_here = super().may(act)
        return allowed_here and (record is None or act != "delete" or self._may_revoke(record))

    def remove(self, record):
        tokens.revoke(self.session, record, by=this_user())

    def _may_revoke(self, token):
        try:
            tokens.require_power(self.session, token, by=this_user())
        except permissions.BeyondYou:
            return False
        return True
