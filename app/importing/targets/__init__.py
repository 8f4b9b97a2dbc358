"""Where an export goes: files of several formats, and what is no table of ours.

class ProductsToShop(RecordImporter):
    title, key = "Products", "number"
    columns = {"number": Text(), "name": Text(), "price": Numeric(10, 2)}
    def rows(self, keys=None): return self.source.products(keys)
    def record(self, row): return {"number": row.number, "name": row.name, "price": row.price}

    @classmethod
    def target(cls, handler): return FileTarget(Path("/srv/out/products.csv"), cls.columns)
"""
