"""The tables of a Wutta app with products, as its documentation says to make them."""

from __future__ import annotations

import sqlalchemy as sa
from wuttjamaican.db import model
from wuttjamaican.db.model import *  # noqa: F403


class Product(model.Base):
    __tablename__ = "product"
    __versioned__ = {}

    uuid = model.uuid_column()
    number = sa.Column(sa.String(60), nullable=False, unique=True)
    description = sa.Column(sa.String(255), nullable=False)
    description_2 = sa.Column(sa.String(255))
    size = sa.Column(sa.String(30))
    unit_size = sa.Column(sa.Numeric(12, 4))
    pack_size = sa.Column(sa.Numeric(12, 4))
    case_size = sa.Column(sa.Numeric(12, 4))
    average_weight = sa.Column(sa.Numeric(12, 4))
    ingredients = sa.Column(sa.Text())
    notes = sa.Column(sa.Text())
