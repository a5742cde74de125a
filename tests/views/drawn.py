"""The pictures that these tests draw: the demonstration hall, with its levels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from depthsim.analysis.level import Classification, classify
from depthsim.files import load_scheme, load_system
from depthsim.model.service import ServiceItem
from depthsim.views.pictures import Picture, picture

DEMO = Path(__file__).parents[1] / "examples" / "demo_hall"
GOLDEN = Path(__file__).parent / "golden"
SYSTEM = load_system(DEMO).system
SCHEME = load_scheme("depth_2018")
ITEMS = tuple(SYSTEM.items)


def classified(item: ServiceItem) -> Classification:
    return classify(item, SCHEME)


def demo(item: str, **options: Any) -> Picture:
    return picture(SYSTEM[item], system=SYSTEM, classification=classified(SYSTEM[item]), **options)
