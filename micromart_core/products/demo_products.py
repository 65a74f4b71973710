"""The invented things an empty shop sells, in the shop's own voice."""

from msgspec import Struct

from micromart_core.inventory.model import Sku
from micromart_core.products.model import Tint

CATEGORIES = ("coffee", "desk", "living", "pantry", "wear")


class DemoProduct(Struct, frozen=True):
    """One thing of the demo catalogue; `cents` are hundredths of whatever the shop's currency is."""

    sku: Sku
    name: str
    category: str
    tagline: str
    story: str
    facts: tuple[str, ...]
    cents: int
    tint: Tint
    on_hand: int
    reorder_level: int

    @property
    def description(self) -> str:
        """The story, and below it one line of facts."""
        return f"{self.story}\n{' · '.join(self.facts)}"


DEMO_PRODUCTS = (
    DemoProduct(
        Sku("NS-340"), "Night Shift", "coffee", "dark roast, whole bean",
        "Cocoa, black cherry and a finish that outlasts the build. Roasted on Tuesdays, posted on Wednesdays, "
        "gone before the tests are green.",
        ("340 g", "whole bean", "washed"), 1900, Tint.EMBER, 24, 10,
    ),
    DemoProduct(
        Sku("CB-250"), "Cold Boot", "coffee", "nitro cold brew",
        "Eighteen hours in the dark, then a breath of nitrogen. Pours like stout and starts like a kernel: slowly, "
        "and then all at once.",
        ("250 ml", "no sugar", "keep cold"), 450, Tint.SKY, 96, 24,
    ),
    DemoProduct(
        Sku("FP-600"), "Pull Request", "coffee", "french press for two",
        "Steel inside, patience outside. Four minutes of waiting that nobody can approve away, then two cups that "
        "merge without a conflict.",
        ("600 ml", "double wall", "spare mesh"), 3600, Tint.BONE, 14, 5,
    ),
    DemoProduct(
        Sku("DC-250"), "Null Roast", "coffee", "decaf, medium roast",
        "Everything you like about coffee with the return value removed. Almond, brown sugar, and eight hours of sleep "
        "afterwards.",
        ("250 g", "water process", "ground or whole"), 1650, Tint.LEAF, 31, 10,
    ),
    DemoProduct(
        Sku("NM-001"), "Null Mug", "desk", "stoneware, 330 ml",
        "Thrown by hand and glazed the colour of an empty page. It holds nothing, beautifully, until you fill it.",
        ("330 ml", "dishwasher safe", "stoneware"), 2400, Tint.BONE, 7, 5,
    ),
    DemoProduct(
        Sku("EK-104"), "Escape Key", "desk", "cast resin keycap",
        "One key, one way out. Poured in small batches, sanded by hand, at home on any cross stem.",
        ("1u", "cross stem", "resin"), 1400, Tint.ROSE, 12, 5,
    ),
    DemoProduct(
        Sku("FL-096"), "Field Log", "desk", "dot grid, 96 pages",
        "For ideas that do not deserve a repository yet. Lies flat, takes ink, survives a pocket and most meetings.",
        ("A6", "96 pages", "dot grid"), 1200, Tint.IRIS, 41, 15,
    ),
    DemoProduct(
        Sku("SL-007"), "Standby Light", "desk", "a lamp that never nags",
        "A low, warm lamp for the hours when the screen is bright enough already. It has a dimmer and no app, and it "
        "never asks for an update.",
        ("7 W", "dimmable", "2 m cord"), 5800, Tint.HONEY, 9, 4,
    ),
    DemoProduct(
        Sku("RA-010"), "Root Access", "living", "a fern that forgives",
        "Water it when you remember. It has seen longer on-call weeks than yours and put out a new leaf each time.",
        ("12 cm pot", "low light", "posted upright"), 3200, Tint.LEAF, 8, 4,
    ),
    DemoProduct(
        Sku("IL-130"), "Idle Loop", "living", "lambswool blanket",
        "Woven in one long thread that comes round again and again. Best under load of exactly one cat.",
        ("130 by 180 cm", "lambswool", "wash cold"), 8900, Tint.SEA, 11, 4,
    ),
    DemoProduct(
        Sku("SR-045"), "Soft Reboot", "living", "cushion, buckwheat fill",
        "Twenty minutes face down, then you answer to your name again. The cover comes off; the habit does not.",
        ("45 by 45 cm", "buckwheat", "linen cover"), 3900, Tint.ROSE, 18, 6,
    ),
    DemoProduct(
        Sku("HP-100"), "Hot Path", "pantry", "crisp chilli oil",
        "Sichuan pepper, shallots, and a burn that is well measured and still not cached. One spoon, and noodles are "
        "fast.",
        ("100 ml", "medium hot", "vegan"), 950, Tint.EMBER, 52, 20,
    ),
    DemoProduct(
        Sku("PL-024"), "Packet Loss", "pantry", "butter shortbread, 24",
        "A tin of twenty-four. Some will not arrive at the meeting; nobody will retry, nobody will log it.",
        ("300 g", "24 pieces", "real butter"), 1150, Tint.SKY, 36, 12,
    ),
    DemoProduct(
        Sku("HY-250"), "Honeypot", "pantry", "forest honey",
        "Dark, slow and a little bitter, from hives at the edge of a fir wood. Left open on purpose; draws everyone.",
        ("250 g", "raw", "glass jar"), 1350, Tint.HONEY, 27, 10,
    ),
    DemoProduct(
        Sku("DM-042"), "Dark Mode", "wear", "merino socks",
        "Black, then blacker ribs, then a thin line of violet nobody sees but you. Easy on the eyes, kind to the heel.",
        ("one pair", "merino", "wash at 30"), 1600, Tint.IRIS, 60, 20,
    ),
    DemoProduct(
        Sku("SM-001"), "Sleep Mode", "wear", "silk eye mask",
        "Lid closed, fans off. Mulberry silk, wide enough for side sleepers, and no light that blinks in the corner.",
        ("mulberry silk", "one size", "with pouch"), 2800, Tint.SEA, 22, 8,
    ),
)  # fmt: skip
