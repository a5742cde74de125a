"""Processes that guides may mean: the ways in, the payment and the ways out of the four canonical templates.

A shape is a choice among them; its process is plain data, as an item's file holds it. What a shape's level and visits
are is worked out once, by the analysis, on an item of that shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Literal

from depthsim.analysis.level import classify
from depthsim.files import load_scheme, load_system
from depthsim.model.level import Level
from depthsim.model.service import Declared, ServiceItem

Data = dict[str, Any]
Entry = Literal["window", "post", "prereview", "prereview_post", "verified_after", "verified_after_post", "full"]
Payment = Literal["none", "window", "online", "either"]
Way = Literal["window", "courier", "either", "electronic", "none"]

TEMPLATES: dict[Entry, str] = {
    "window": "level_i", "post": "level_i", "prereview": "level_ii", "prereview_post": "level_ii",
    "verified_after": "level_iii", "verified_after_post": "level_iii", "full": "level_iv",
}  # fmt: skip
SCHEME = "depth_2018"
PUBLISHED = ("guide", "consultation", "complaint", "status_query")


@dataclass(frozen=True, order=True)
class Shape:
    """How one applies, pays and gets the result; `special`: a special procedure comes before the review."""

    entry: Entry
    payment: Payment = "none"
    way: Way = "window"
    immediate: bool = False
    special: bool = False

    @property
    def template(self) -> str:
        """Return the canonical template that it is filled from."""
        return TEMPLATES[self.entry]


@dataclass(frozen=True)
class Derived:
    """What the analysis gives for a shape: level, required visits, and the least and the greatest over channels."""

    level: Level
    required: int | None
    least: int | None
    greatest: int | None

    def visits(self, meaning: str | None) -> int | None:
        """Return the number that a declared one is compared with, by what that one means."""
        return self.required if meaning is None else self.least if meaning == "least" else self.greatest


ENTRIES: tuple[Entry, ...] = tuple(TEMPLATES)
PAYMENTS: tuple[Payment, ...] = ("none", "online", "window", "either")
WAYS: tuple[Way, ...] = ("window", "courier", "either", "electronic", "none")


@cache
def _templates() -> dict[str, Data]:
    """Return the steps of the canonical templates as plain data."""
    system = load_system("canonical").system
    return {
        key: item.process.model_dump(mode="json", by_alias=True, exclude_defaults=True)["steps"]
        for key, item in system.items.items()
    }


def steps_of(shape: Shape) -> Data:
    """Return the steps of a shape, as in the template with its ways in and out changed; the numbers are its own."""
    return {name: _copy(step) for name, step in _shaped(shape).items()}


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(value) for value in data] if isinstance(data, list) else data


@cache
def _shaped(shape: Shape) -> Data:
    steps: Data = _copy(_templates()[shape.template])
    posted = {"channel": "post", "delay": "2 days", "postage": "12 CNY"}
    if shape.entry == "post":
        steps["submit"]["options"] = {"courier": {**posted, "next": "accept"}}
        accept = steps["accept"]
        accept.pop("applicant", None)
        accept["pool"] = "officers"
    if shape.entry == "window":  # what is missing is put right at the window, in the same visit
        steps["accept"]["outcomes"]["incomplete"]["on_the_spot"] = True
    if shape.entry == "prereview_post":
        steps["bring_originals"]["options"] = {"courier": {**posted, "next": "accept"}}
        accept = steps["accept"]
        accept.pop("applicant", None)
        accept["pool"] = "officers"
    if shape.entry == "verified_after_post":
        steps["show_originals"]["options"] = {"courier": {**posted, "next": "pay"}}
    _immediate(steps, shape)
    _special(steps, shape)
    _payment(steps, shape)
    _way(steps, shape)
    return steps


def _immediate(steps: Data, shape: Shape) -> None:
    """Decide while the applicant waits, or at least without any pause between the steps."""
    if shape.immediate:
        waits = shape.entry in ("window", "prereview")
        for name in ("accept_online", "verify_online", "accept", "examine", "decide", "complete"):
            if name in steps:
                steps[name].pop("lag", None)
                if waits:
                    steps[name]["applicant"] = "waits"
                    steps[name]["pool"] = "hall_windows"


def _special(steps: Data, shape: Shape) -> None:
    if shape.special:
        before = next(n for n in ("accept", "accept_online", "verify_online") if n in steps)
        for outcome in steps[before]["outcomes"].values():
            if outcome["next"] == "examine":
                outcome["next"] = "special_procedure"
        found = {
            "special_procedure": {
                "role": "examine", "stage": "review", "by": "office", "special": "expert_assessment",
                "lag": "10 working days", "outcomes": {"done": {"next": "examine"}},
            }
        }  # fmt: skip
        rest = {name: steps.pop(name) for name in [*steps][[*steps].index("examine") :]}
        steps.update(found | rest)


def _payment(steps: Data, shape: Shape) -> None:
    pay = steps["pay"]
    after = next(o["next"] for o in pay["options"].values())
    if shape.payment == "none":
        del steps["pay"]
        for step in steps.values():
            for move in (step.get("outcomes") or step["options"]).values():
                move["next"] = after if move["next"] == "pay" else move["next"]
        return
    window = {"channel": "window", "at": "hall", "pool": "hall_windows", "served": "4 min", "next": after}
    online = {"channel": "online", "takes": "3 min", "next": after}
    ways = {"online": online, "window": window}
    wanted = ways if shape.payment == "either" else {shape.payment: ways[shape.payment]}
    pay["options"] = {name: {**way, "uptake": 0.5} if len(wanted) > 1 else way for name, way in wanted.items()}


def _way(steps: Data, shape: Shape) -> None:
    last = "deliver" if "deliver" in steps else "collect"
    step = steps.pop(last)
    if shape.way in ("electronic", "none"):  # the office sends the result, or word of it, over the network
        done = {"sent": {"next": "delivered"}}
        sending = {"role": "deliver", "stage": "delivery", "by": "office", "pool": "officers", "takes": "2 min"}
        steps[last] = {**sending, "outcomes": done}
        return
    window = {"channel": "window", "at": "hall", "pool": "hall_windows", "served": "4 min", "next": "delivered"}
    courier = {"channel": "post", "delay": "2 days", "postage": "12 CNY", "next": "delivered"}
    ways = {"courier": courier, "window": window}
    wanted = ways if shape.way == "either" else {shape.way: ways[shape.way]}
    step["options"] = {name: {**way, "uptake": 0.5} if len(wanted) > 1 else way for name, way in wanted.items()}
    steps[last] = step


FORM: Data = {"name": {"zh": "申请表", "en": "Application form"}, "source": "applicant", "copies": 1}
PROOF: Data = {"name": {"zh": "证明材料", "en": "Supporting document"}, "source": "applicant", "originals": 1}


def materials_of(shape: Shape) -> Data:
    """Return the materials that a shape's process names where the guide lists none."""
    if shape.entry == "full":
        return {
            "application_form": {**FORM, "medium": ["electronic"]},
            "supporting_document": {**PROOF, "medium": ["electronic"]},
        }
    return {
        "application_form": {**FORM, "medium": ["paper"] if shape.template == "level_i" else ["electronic"]},
        "supporting_document": {**PROOF, "medium": ["paper"]},
    }


def with_materials(steps: Data, first: list[str], shown: list[str]) -> None:
    """Put materials into steps: `first` where the applicant submits or mends, `shown` where originals are verified."""
    for name, step in steps.items():
        if step["by"] != "applicant":
            continue
        wanted = shown if step["role"] == "verify_originals" else first if name in ("submit", "supplement") else []
        if wanted:
            step["materials"] = wanted
        else:
            step.pop("materials", None)


@cache
def derived(shape: Shape, charged: bool, form: str, original: bool) -> Derived | None:
    """Return what the analysis makes of a shape, None where its process makes no sense."""
    steps = steps_of(shape)
    materials = materials_of(shape)
    if not original:
        materials["supporting_document"]["originals"] = 0
        materials["supporting_document"]["copies"] = 1
    with_materials(steps, [*materials], ["supporting_document"])
    item = ServiceItem.model_validate(
        {
            "id": "shape", "name": "shape", "kind": "licence", "handling": "committed", "published": PUBLISHED,
            "fee": {"amount": "1 CNY"} if charged else "none", "result": {"form": form}, "materials": materials,
            "process": {"start": "submit", "steps": steps},
        }
    )  # fmt: skip
    found = classify(item, load_scheme(SCHEME))
    visits = found.visits
    ways = list(visits.by_channel.values())
    least = min((w.best for w in ways if w.best is not None), default=visits.required)
    worst = [w.worst for w in ways]
    greatest = None if any(w is None for w in worst) else max((w for w in worst if w is not None), default=None)
    return Derived(found.level, visits.required, least, greatest)


def candidates() -> list[Shape]:
    """Return every shape without special procedure and immediate decision, in the order of the templates."""
    return [Shape(*parts) for parts in product(ENTRIES, PAYMENTS, WAYS)]


def declared_fits(found: Derived, declared: Declared) -> tuple[int, int]:
    """Return how far a shape is from what is declared: level (0 or 1), and visits (0 or 1)."""
    level = int(declared.level is not None and declared.level is not found.level)
    visits = int(declared.visits is not None and declared.visits != found.visits(declared.meaning))
    return level, visits
