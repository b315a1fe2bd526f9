"""The imaginary shop that the simulated visitors browse, its Comm100 account, and the software they use."""

SITE_URL = "https://shop.example"

PAGES: tuple[str, ...] = (
    "/",
    "/sale/",
    "/bikes/",
    "/bikes/city-7/",
    "/bikes/gravel-2-pro/",
    "/bikes/cargo-xl/",
    "/e-bikes/",
    "/e-bikes/commuter-500/",
    "/e-bikes/range-calculator/",
    "/parts/brakes/",
    "/parts/tyres/?width=40",
    "/parts/lights/",
    "/clothing/rain/",
    "/helmets/",
    "/helmets/urban-mips/",
    "/stores/",
    "/service/book/",
    "/help/delivery/",
    "/help/returns/",
    "/help/size-guide/",
    "/account/orders/",
    "/cart/",
    "/checkout/address/",
    "/checkout/payment/",
)

SEARCH_KEYWORDS: tuple[str, ...] = (
    "city bike 28 inch",
    "e-bike range 500 wh",
    "cargo bike for two children",
    "gravel bike tubeless tyres",
    "bike shop near me",
    "disc brake pads squeal",
    "return bike bought online",
    "helmet size chart",
    "best commuter bike 2026",
    "bicycle leasing employer",
    "waterproof panniers",
    "shop.example delivery time",
)

# the engine, and the address from which it sends visitors
SEARCH_ENGINES: tuple[tuple[str, str], ...] = (
    ("Google", "https://www.google.com/"),
    ("Google", "https://www.google.com/"),
    ("Google", "https://www.google.com/"),
    ("Bing", "https://www.bing.com/"),
    ("DuckDuckGo", "https://duckduckgo.com/"),
    ("Yahoo", "https://search.yahoo.com/"),
    ("Baidu", "https://www.baidu.com/"),
)

REFERRERS: tuple[str, ...] = (
    "",
    "",
    "",
    "https://bike-magazine.example/tests/city-bikes",
    "https://newsletter.example/2026/week-47",
    "https://www.facebook.com/",
    "https://www.instagram.com/",
    "https://news.example/mobility?utm_source=feed&utm_medium=rss",
)

# browser, operating system, screen resolution: combinations that exist
DEVICES: tuple[tuple[str, str, str], ...] = (
    ("Google Chrome 142.0.7444.60", "Windows 11", "1920x1080"),
    ("Google Chrome 142.0.7444.60", "Windows 10", "1366x768"),
    ("Google Chrome 141.0.7390.123", "Windows 11", "2560x1440"),
    ("Google Chrome 142.0.7444.60", "Mac OS X 15.7", "1728x1117"),
    ("Google Chrome 142.0.7444.52", "Android 16", "412x915"),
    ("Google Chrome 140.0.7339.207", "Android 14", "360x800"),
    ("Safari 26.1", "iOS 26.1", "393x852"),
    ("Safari 18.7", "iOS 18.7", "390x844"),
    ("Safari 26.1", "Mac OS X 26.1", "1512x982"),
    ("Safari 26.1", "iPadOS 26.1", "820x1180"),
    ("Microsoft Edge 142.0.3595.65", "Windows 11", "1920x1200"),
    ("Microsoft Edge 142.0.3595.65", "Windows 10", "1600x900"),
    ("Mozilla Firefox 145.0", "Windows 11", "1920x1080"),
    ("Mozilla Firefox 145.0", "Linux", "3840x2160"),
    ("Samsung Internet 28.0", "Android 15", "384x832"),
    ("Opera 123.0", "Windows 11", "1536x864"),
)

COMPANIES: tuple[str, ...] = (
    "Northwind Logistics",
    "Harbour & Sons",
    "Blue Kite Media",
    "Alder Dental Clinic",
    "City of Fairview",
    "Tessera Analytics",
    "Maple Street School",
    "Quay Coffee Roasters",
    "Ostrava Machine Works",
    "Lumen Architects",
    "Sakura Imports K.K.",
    "Vega Insurance",
)

PRODUCT_SERVICES: tuple[str, ...] = ("Bikes", "E-bikes", "Parts", "Workshop", "Leasing")

# name, type, whether its values carry a link
CUSTOM_VARIABLES: tuple[tuple[str, str, bool], ...] = (
    ("Customer number", "text", True),
    ("Plan", "text", False),
    ("Cart value", "decimal", False),
    ("Last order", "text", True),
    ("Signed in", "boolean", False),
)

# the account's own away statuses, beside the built-in Away
AWAY_STATUSES: tuple[str, ...] = ("Meeting", "Lunch", "Short break", "Training")

CUSTOM_FIELD_NAMES: tuple[str, ...] = ("Order number", "Reason for contact", "Preferred language")
CONTACT_REASONS: tuple[str, ...] = ("Delivery", "Return", "Advice", "Repair", "Invoice")
PLANS: tuple[str, ...] = ("Basic", "Plus", "Gold", "Company")
