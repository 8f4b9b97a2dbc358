"""Pictures of products: sent, shown, put first."""

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.product_images import ProductImage
from app.services import pictures, product_images
from app.web.files import folder, send
from app.web.master import Column, Field, Form, Grid, MasterView, Upload
from app.web.master.uploads import ACCEPTED_PICTURES
from app.web.product_parts import picture_url

SIZE = "<any(large,small):size>"


class ProductImageView(MasterView):
    key, model, title, icon = "product_images", ProductImage, _l("Picture"), "eye"
    plural = _l("Pictures")
    parent = ProductImage.product
    pages = (
        ("picture", f"/<uuid:uuid>/{SIZE}.webp", "picture", ("GET",), "view", "view"),
        ("first", "/<uuid:uuid>/first", "first", ("POST",), "edit", "edit"),
    )  # fmt: skip
    blame = {
        pictures.NoPicture: "file",
        pictures.PictureTooLarge: "file",
        product_images.AlreadyThere: "file",
        product_images.EnoughPictures: "file",
    }
    grid = Grid(
        Column("picture", lambda i: picture_url(i.uuid), label=_l("Picture"), show="picture"),
        Column(ProductImage.product, card="detail"),
        Column(ProductImage.caption, link=True, card="title"),
        ProductImage.width,
        ProductImage.height,
        Column(ProductImage.is_primary, card="state-cell"),
        sort=ProductImage.caption,
    )
    form = Form(
        Field(ProductImage.caption, wide=True, help=_l("What it shows, for who cannot see it.")),
        Field(ProductImage.position, help=_l("The lowest comes first after the first one.")),
    )
    new = Form(
        ProductImage.product,
        Upload(
            "file",
            label=_l("Picture"),
            accept=ACCEPTED_PICTURES,
            help=_l("JPEG, PNG, WebP or GIF, at most 10 MB. Place and camera are not kept."),
        ),
        Field(ProductImage.caption, wide=True, help=_l("What it shows, for who cannot see it.")),
    )

    def create(self):
        self.form = self.new
        return super().create()

    def write(self, record, form):
        if record is not None:
            return super().write(record, form)
        return product_images.add(
            self.session,
            form["product"].data,
            form["file"].data.stream,
            folder=folder(),
            caption=form["caption"].data,
        )

    def remove(self, record):
        product_images.remove(self.session, record)

    def first(self, uuid):
        """Let this one stand for its product."""
        image = self.get(uuid)
        product_images.put_first(self.session, image)
        target = self._after_save(image)
        self.session.commit()
        flash(_("This picture comes first now."), "success")
        return redirect(target)

    def picture(self, uuid, size):
        """The picture itself; its address never shows another, so browsers keep it."""
        image = self.get(uuid)
        file = image.file if size == "large" else image.thumbnail
        return send(file, name=f"{image.product.number}.webp", inline=True)

    def name_of(self, record):
        return record.alt
