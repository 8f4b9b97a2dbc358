"""Readable names for the demo data: the source shouts, abbreviates and cuts off at 30 letters."""

import re


def title(text):
    """'FRZN PIES W/CREAM(INCLUDI' becomes 'Frozen Pies with Cream'."""
    text = _closed(" ".join(text.split()))
    for pattern, better in PHRASES:
        text = re.sub(pattern, better, text)
    text = re.sub(r"[A-Z]+(?:'S)?", _word, text)
    return re.sub(r"^[a-z]|(?<=- )[a-z]", lambda letter: letter[0].upper(), text)


def size(text):
    """'N  14.50 OZ' becomes '14.5 oz': no ordering codes, one space, one way to write a number."""
    text = " ".join(text.upper().split()).rstrip(" .*")
    for pattern, better in SIZE_REPAIRS:
        text = re.sub(pattern, better, text)
    return re.sub(r"[A-Z]+", lambda unit: UNITS.get(unit[0], unit[0].lower()), text).strip()


def _closed(text):
    # The source cuts names at 30 characters, often inside a bracket. A percentage is worth keeping.
    if text.count("(") <= text.count(")"):
        return text
    head, _, tail = text.rpartition("(")
    return f"{head}({tail})" if "%" in tail else head.strip()


def _word(match):
    word = match[0]
    if word in WORDS:
        return WORDS[word]
    return word if word in CAPITALS else word.capitalize()


DEPARTMENTS = {
    "GROCERY": "Grocery",
    "DRUG GM": "Drug GM",
    "PRODUCE": "Produce",
    "COSMETICS": "Cosmetics",
    "NUTRITION": "Nutrition",
    "MEAT": "Meat",
    "MEAT-PCKGD": "Meat, Packaged",
    "DELI": "Deli",
    "PASTRY": "Pastry",
    "FLORAL": "Floral",
    "MISCELLANEOUS": "Miscellaneous",
    "SEAFOOD-PCKGD": "Seafood, Packaged",
    "SPIRITS": "Spirits",
    "SEAFOOD": "Seafood",
    "GARDEN CENTER": "Garden Center",
    "RESTAURANT": "Restaurant",
    "SALAD BAR": "Salad Bar",
    "COUPON": "Coupons",
    "TRAVEL & LEISURE": "Travel & Leisure",
    "FROZEN GROCERY": "Frozen Grocery",
    "FUEL": "Fuel",
    "CHEF SHOPPE": "Chef Shoppe",
    "PHOTO & VIDEO": "Photo & Video",
    "CNTRL/STORE SUP": "Store Supplies",
    "TOYS": "Toys",
    "POSTAL CENTER": "Postal Center",
    "CHARITABLE CONT": "Charitable Contributions",
    "PROD-WHS SALES": "Produce Warehouse Sales",
    "AUTOMOTIVE": "Automotive",
    "ELECT &PLUMBING": "Electrical & Plumbing",
    "GM MERCH EXP": "General Merchandise Expense",
    "HOUSEWARES": "Housewares",
}

PHRASES = (
    (r"\bBEERALE\b", "BEER/ALE"),
    (r"BEERALEMALT", "BEER/ALE/MALT"),
    (r"BOURBONWHISKEYSOUR MASHES", "BOURBON/WHISKEY/SOUR MASHES"),
    (r"PLSTC CTLRYTBLCLTHSTTHPKSST", "PLASTIC CUTLERY/TABLECLOTHS"),
    (r"SAUCESSALSAPICANTEE", "SAUCES/SALSA/PICANTE"),
    (r"JARSLIDSUTENSILSMIS", "JARS/LIDS/UTENSILS"),
    (r"SPICESSALSAPICKLING", "SPICES/SALSA/PICKLING"),
    (r"\b(BLUBLKRASP|SARAN|CRAB)ETC\b", r"\1 ETC"),
    (r"\bCHILDREN'?S?( S)?\b", "CHILDREN'S"),
    (r"\b((?:WO)?MEN)( S|S)\b", r"\1'S"),
    (r"\bDVD S\b", "DVDS"),
    (r"\bPNU?T BTR\b", "PEANUT BUTTER"),
    (r"\bBREADERS/BTR\b", "BREADERS/BATTER"),
    (r"\bSOLID/STK\b", "SOLID/STICK"),
    (r"\bSUNTAN PROD\b", "SUNTAN PRODUCTS"),
    (r"\bSW GDS\b", "SWEET GOODS"),
    (r"\bSW ROLLS/DAN\b", "SWEET ROLLS/DANISH"),
    (r"\bPREP (FD|FOODS)\b", "PREPARED FOODS"),
    (r"\bDL SPEC\b", "DELI SPECIALTIES"),
    (r"\bSV BEV\b", "SERVICE BEVERAGE"),
    (r"\bSGL SV\b", "SINGLE SERVE"),
    (r"\bSS (?=PREMIUM|ECONOMY)", "SINGLE SERVE "),
    (r"\bNUT SUPP\b", "NUTRITIONAL SUPPLEMENT"),
    (r"\bSAL(?=:)", "SALAD"),
    (r"\bW/O\b", "WITHOUT"),
    (r"\bW/\s*", "WITH "),
    (r"(?<=[A-Z]{2})\.\s*", " "),
    (r"(?<=[A-Z]):\s*(?=\w)", ": "),
    (r"(?<=[A-Z)])\(", " ("),
    (r"\)(?=[A-Z])", ") "),
    (r"%(?=[A-Z])", "% "),
    (r"(?<=\d)(?=(?:IN|LBS|LT|ML|MM|PC|PK)\b)", " "),
    (r"\s*&\s*(?=[A-Z]{2}|\d)", " & "),
    (r"\s*/\s*", "/"),
    (r"\s+-(?=\w)|(?<=\w)-\s+", " - "),
    (r"\s+\)", ")"),
    (r"(?:\s+WITH|\s+W|[\s\-/&:<=])+$", ""),
)

WORDS = {
    "ACC": "Accessories", "ACCES": "Accessories", "ACCESS": "Accessories",
    "ACCESSIORES": "Accessories", "ACCS": "Accessories", "ACCSS": "Accessories",
    "ALCOHLIC": "Alcoholic", "AND": "and", "AT": "at", "BEV": "Beverage", "BG": "Bags",
    "BKD": "Baked", "BKNGWARES": "Bakeware", "BLY": "Belly", "BN": "Bean", "BRANDYH": "Brandy",
    "BRD": "Breaded", "BRKFST": "Breakfast", "BRSKT": "Brisket", "BRST": "Breast", "BTL": "Bottle",
    "BTR": "Butter", "CARB": "Carbonated", "CATFD": "Cat Food", "CHICK": "Chicken",
    "CHIX": "Chicken", "CHOCOCLATE": "Chocolate", "CHOCOCLATES": "Chocolates",
    "CHOCOL": "Chocolate", "CHOCOLA": "Chocolate", "CHP": "Chop", "CHS": "Cheese",
    "CILANTO": "Cilantro", "CKE": "Cake", "CKTLS": "Cocktails", "CKYS": "Cookies",
    "CLEANG": "Cleaning", "CND": "Canned", "CNDLES": "Candles", "CNDY": "Candy",
    "CNTRL": "Control", "COCO": "Cocoa", "COFF": "Coffee", "CONC": "Concentrate",
    "COOKNG": "Cooking", "CRBNTD": "Carbonated", "CRKR": "Crackers", "CRMD": "Creamed",
    "CRSTDAS": "Crostatas", "CRYSTL": "Crystal", "DECAFFINATED": "Decaffeinated",
    "DEPT": "Department", "DIPILATORIES": "Depilatories", "DISHWASH": "Dishwashing",
    "DISPOSIBLE": "Disposable", "DNR": "Dinner", "DNRS": "Dinners", "DOGFD": "Dog Food",
    "DPS": "Dips", "DRNK": "Drink", "DRNKING": "Drinking", "DRNKNG": "Drinking", "DRNKS": "Drinks",
    "DRSNG": "Dressing", "DSH": "Dish", "DVDS": "DVDs", "FD": "Food", "FDS": "Foods",
    "FEM": "Feminine", "FLAVRD": "Flavored", "FLNK": "Flank", "FLOURSCENT": "Fluorescent",
    "FLVR": "Flavored", "FLVRD": "Flavored", "FOR": "for", "FRD": "Fried", "FRE": "Fresh",
    "FRZ": "Frozen", "FRZN": "Frozen", "GNGR": "Ginger", "GRND": "Ground", "HALLOWEN": "Halloween",
    "HOLDIAY": "Holiday", "HYGN": "Hygiene", "IN": "in", "INGRED": "Ingredients", "JCE": "Juice",
    "JUIC": "Juice", "LBS": "lbs", "LICENSE": "Licensed", "LIQ": "Liquid", "LIQS": "Liquids",
    "LNCHMT": "Lunchmeat", "LRG": "Large", "LSS": "Less", "LT": "L", "LTR": "Lighter",
    "MARIN": "Marinade", "MARINA": "Marinades", "MEMORABLILIA": "Memorabilia",
    "MINWTR": "Mineral Water", "MISC": "Miscellaneous", "MIXS": "Mixes", "ML": "ml", "MLK": "Milk",
    "MLT": "Multi", "MM": "mm", "MNERAL": "Mineral", "MNRL": "Mineral", "MTL": "Metal",
    "MULT": "Multi", "MW": "Microwave", "MX": "Mix", "MXS": "Mixes", "NATRL": "Natural",
    "NDAIRY": "Non-Dairy", "NTRTNL": "Nutritional", "OF": "of", "ON": "on", "OR": "or",
    "OTYHER": "Other", "PC": "Piece", "PERRENIALS": "Perennials", "PERSNL": "Personal",
    "PICKLD": "Pickled", "PICKLS": "Pickles", "PK": "Pack", "PKG": "Packaged", "PKGD": "Packaged",
    "PKLD": "Pickled", "PLSTC": "Plastic", "PLT": "Plate", "PNCH": "Punch",
    "POINSETTA": "Poinsettia", "PORTON": "Portions", "PPK": "Prepack", "PREM": "Premium",
    "PRESHCOOL": "Preschool", "PRESLC": "Presliced", "PRESLCD": "Presliced", "PROD": "Produce",
    "PROTIEN": "Protein", "PRPCK": "Prepack", "PRSLC": "Presliced", "PTTY": "Patties",
    "PWDR": "Powder", "PWDRS": "Powders", "RANIER": "Rainier", "RECHARABLE": "Rechargeable",
    "REFIGERATED": "Refrigerated", "REFRGRATD": "Refrigerated", "REFRIG": "Refrigerated",
    "REG": "Regular", "RETL": "Retail", "RTD": "Ready to Drink", "RTS": "Ready to Serve",
    "SALD": "Salad", "SALTICE": "Salt/Ice", "SAUS": "Sausage", "SCE": "Sauce", "SEAFD": "Seafood",
    "SECT": "Sections", "SFT": "Soft", "SHERBTS": "Sherbets", "SHLDR": "Shoulder",
    "SHLFSH": "Shellfish", "SHNK": "Shank", "SLC": "Slice", "SLD": "Salad", "SMI": "Semi",
    "SNDWCH": "Sandwich", "SNGL": "Single", "SNKS": "Snacks", "SNSL": "Seasonal", "SOD": "Soda",
    "SOULABLE": "Soluble", "SPECILATY": "Specialty", "SPECLTY": "Specialty", "SPLY": "Supply",
    "SPRD": "Spread", "SRV": "Serve", "STK": "Steak", "STW": "Stew", "SUP": "Super",
    "SUPPPLIES": "Supplies", "SWEETNERS": "Sweeteners", "SWT": "Sweet", "SYRP": "Syrup",
    "THE": "the", "THN": "Than", "TISS": "Tissue", "TO": "to", "TRADITIONA": "Traditional",
    "TRSH": "Trash", "VEND": "Vending", "WH": "Whole", "WHL": "Whole", "WHLSM": "Wholesome",
    "WITH": "with", "WITHOUT": "without", "WORCHESTER": "Worcestershire", "WT": "Weight",
    "WTR": "Water", "YNG": "Young",
}  # fmt: skip

CAPITALS = {
    "APS", "BBQ", "CD", "CRV", "DEA", "DIY", "DVD", "DXM", "FTD", "GM", "HBC", "HD", "II", "IQF",
    "IWS", "MLB", "NFL", "NZ", "OJ", "OTC", "PSE", "QSR", "RTW", "RW", "RX", "SBT", "SPF", "SPHE",
    "TN", "TV", "VHS",
}  # fmt: skip

SIZE_REPAIRS = (
    (r"_", " "),
    (r"^0{4,}|^\d{6}(?=\d{1,2} [A-Z])|^\d{5,}\s+", ""),  # an item number: '45675615 OZ'
    (r"(?<=[A-Z])\s?\d{3,}$", ""),  # another: '7 OZ 57264'
    (r"^(?:(?:ALL|EX|CR|AB?C?D?|BC?D?|[DLNPQRT])\s+)+(?=[\d.])", ""),  # a plan: 'AB  8 OZ'
    (r"^(?:ALL|EX|[LP])(?=[\d.])", ""),
    (r"^\d{3,}\s+(?=[\d.]+\s?[A-Z])", ""),  # a shelf number: '405    8 OZ'
    (r"^\(?\d+\)|\s*/?\s*\(\d\)$|\s*\([^)]*$", ""),  # an inner pack: '20 CT(6)'
    (r"(?<=[A-Z])\.(?=\d)", " 0."),
    (r"(?<=\d)\.\s?(?=[A-Z])", " "),
    (r"(?<=\d)\s?Z\b", " OZ"),
    (r"(?<!\d)\.(?=\d)", "0."),
    (r"(\.\d*[1-9])0+(?!\d)", r"\1"),
    (r"(?<=\d)\.0+(?!\d)", ""),
    (r"(?<=[\dNT])\s?X\s?(?=\d)", " x "),
    (r"\s*/\s*", "/"),
    (r"(?<=\w)\(", " ("),
    (r"\b(?:DZN?|DOZ)\b", "DOZEN"),
    (r"\bOZS\b", "OZ"),
    (r"\b(?:LDS?|LOADS?)\b", "LOADS"),
    (r"\b(?:GA|GALON)\b", "GAL"),
    (r"\bSI?NGA?LE?S?\b", "SINGLE"),
)

UNITS = {"L": "L"}
