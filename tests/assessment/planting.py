"""Faults to plant in a faultless synthetic city: one for each rule of guides, one for each indicator that data decide.

A fault changes the raw data of the files, as a careless hand would; nothing here knows how rules find it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from immutabledict import immutabledict

from depthsim.exchange.case_log import read_case_log
from depthsim.model.case_records import CaseRecords
from depthsim.model.city import City
from depthsim.model.guide import ServiceGuide
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.synthesis import case_file, synthetic_city

Data = dict[str, Any]
ITEMS = 40
COMMON = {"charged": False, "depth": {"codes": ["IV"]}, "handling": "committed"}


@dataclass
class Raw:
    """The raw data of a city's files; what is asked for to be changed is copied first."""

    guides: dict[str, Data]
    city: Data
    items: dict[str, Data]
    changed: set[str] = field(default_factory=set)
    latest: str = ""
    log: list[list[str]] = field(default_factory=list)
    """The log of cases, headings first."""

    def guide(self, **wanted: Any) -> Data:
        """Return a guide of a permit that says what is wanted (of mappings: at least that), to change.

        One like most others is preferred, so that rare ones are left for faults that need them.
        """
        fitting = [
            (sum(found[f] != common for f, common in COMMON.items() if f not in wanted), key)
            for key, found in self.guides.items()
            if key not in self.changed and found["type"] == "licence" and _says(found, wanted)
        ]
        if not fitting:
            raise LookupError(wanted)
        return self.to_change(min(fitting)[1])

    def to_change(self, key: str) -> Data:
        """Return a guide to change."""
        self.guides[key] = deepcopy(self.guides[key])
        self.latest = key
        self.changed.add(key)
        return self.guides[key]

    def special(self) -> Data:
        """Return the guide of a permit with a special procedure, to change."""
        return self.to_change(
            next(k for k, g in self.guides.items() if k not in self.changed and g["type"] == "licence" and g["special"])
        )


def _says(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_says(found.get(k), v) for k, v in wanted.items())
    return bool(found == wanted)


@cache
def _made(number: int = ITEMS) -> tuple[dict[str, Data], Data, dict[str, Data], ServiceSystem, list[list[str]]]:
    made = synthetic_city("city", items=number, seed=1, lang="zh")
    return made.guide_data, made.city_data, made.item_data, made.system, made.case_rows


def raw(number: int = ITEMS) -> Raw:
    """Return the raw data of a faultless city of so many items."""
    guides, city, items, _, log = _made(number)
    return Raw(dict(guides), deepcopy(city), dict(items), log=deepcopy(log))


@cache
def faultless() -> ServiceSystem:
    """Return the faultless city, read."""
    return read(raw())


def read(given: Raw) -> ServiceSystem:
    """Return a city as it reads; what has not changed is not read again."""
    guides, _, items, system, _ = _made()
    before: Mapping[str, ServiceGuide] = faultless().guides if given.changed else {}
    read_guides = {
        key: before[key] if data is guides[key] and key in before else ServiceGuide.model_validate(data)
        for key, data in given.guides.items()
    }
    read_items = {
        key: system.items[key] if data is items[key] else ServiceItem.model_validate(data)
        for key, data in given.items.items()
    }
    return system.model_copy(
        update={
            "guides": immutabledict(read_guides),
            "items": immutabledict(read_items),
            "city": City.model_validate(given.city),
        }
    )


def records(given: Raw, system: ServiceSystem, folder: Path) -> CaseRecords:
    """Return what the log of a city says, read from a file."""
    file = folder / "cases.csv"
    file.write_bytes(case_file(given.log))
    return read_case_log(file, system)


Fault = Callable[[Raw], object]


def _set(*path: str | int, to: Any, **wanted: Any) -> Fault:
    """Return the fault that a field of a guide reads otherwise."""

    def plant(city: Raw) -> None:
        at: Any = city.guide(**wanted)
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = to

    return plant


def _without(*path: str | int, **wanted: Any) -> Fault:
    """Return the fault that a field of a guide is missing."""

    def plant(city: Raw) -> None:
        at: Any = city.guide(**wanted)
        for part in path[:-1]:
            at = at[part]
        del at[path[-1]]

    return plant


def _material(key: str, **change: Any) -> Fault:
    """Return the fault that a material of a guide reads otherwise; None takes a field away."""

    def plant(city: Raw) -> None:
        material = next(m for m in city.guide()["materials"] if m["id"] == key)
        material |= {k: v for k, v in change.items() if v is not None}
        for gone in (k for k, v in change.items() if v is None):
            material.pop(gone, None)

    return plant


def _code(change: Callable[[str], str]) -> Fault:
    def plant(city: Raw) -> None:
        guide = city.guide()
        guide["code"] = change(guide["code"])

    return plant


def _another(field_: str, where: str | None = None) -> Fault:
    """Return the fault that a field is that of another guide, or another field's."""

    def plant(city: Raw) -> None:
        guide = city.guide()
        other = next(g for k, g in city.guides.items() if k != guide["id"]) if where is None else guide
        guide[field_] = deepcopy(other[where or field_])

    return plant


def _sample_is_the_blank(city: Raw) -> None:
    material = next(m for m in city.guide()["materials"] if "form" in m)
    material["sample"] = dict(material["form"])


def _twice(city: Raw) -> None:
    materials = city.guide()["materials"]
    materials.append(deepcopy(materials[0]))


def _special(**change: Any) -> Fault:
    def plant(city: Raw) -> None:
        city.special()["special"][0] |= change

    return plant


def _special_silent(city: Raw) -> None:
    del city.special()["special"][0]["takes"]


def _special_unsaid(city: Raw) -> None:
    city.special()["special"] = []


def _offline(**change: Any) -> Fault:
    """Return the fault that a guide of level I declares what nobody there can have."""

    def plant(city: Raw) -> None:
        guide = city.guide(depth={"codes": ["I"]})
        guide |= change

    return plant


def _no_process(city: Raw) -> None:
    guide = city.guide()
    del city.items[guide["id"]]


FEE, IV = {"charged": True}, {"depth": {"codes": ["IV"]}}
OF_RULES: Mapping[str, Fault] = {
    "DS801": _set("type", to="licensing", promised="0 working days"),
    "DS802": _set("power_source", to="inherited"),
    "DS803": _set("handling", to="quick"),
    "DS804": _set("exercise_level", to="city"),
    "DS805": _set("audience", 0, to="全体市民"),
    "DS806": _set("forms", 0, to="fax"),
    "DS807": _code(lambda code: code[:-1]),
    "DS808": _code(lambda code: code[:17] + ("1" if code[17] != "1" else "2") + code[18:]),
    "DS809": _code(lambda code: code[:18] + "2" + code[19:]),
    "DS810": _set("basic_code", to="12345"),
    "DS811": _another("code"),
    "DS812": _set("promised", to="19 working days", handling="committed"),
    "DS813": _set("topics", to=["婚姻登记"], audience=["enterprise"]),
    "DS814": _no_process,
    "DS820": _set("promised", to="5 working days", handling="immediate"),
    "DS821": _set("promised", to="25 working days", handling="committed"),
    "DS822": _set("promised", to={"amount": 9}, handling="committed"),
    "DS823": _set("promised", to={"amount": 9, "unit": "working days", "text": "十个工作日"}, handling="committed"),
    "DS824": _special(code="9"),
    "DS825": _special_silent,
    "DS826": _special(counted=False),
    "DS827": _set("steps", 1, "duration", to="60 working days"),
    "DS828": _special_unsaid,
    "DS830": _another("supervision_phones", "contact_phones"),
    "DS831": _set("contact_phones", to=["87654321"]),
    "DS832": _set("contact_phones", to=["0000—87654321"]),
    "DS833": _set("contact_phones", to=["0000-12"]),
    "DS834": _set("contact_phones", to=["0591-87654321"]),
    "DS835": _set("places", to=[{"address": "示例路1号"}]),
    "DS836": _set("places", 0, "address", to="政务服务中心"),
    "DS837": _set("places", 0, "hours", to="9:00-17:00"),
    "DS838": _set("places", 0, "hours", to="工作日上班时间"),
    "DS840": _material("form", name="其他材料"),
    "DS841": _twice,
    "DS842": _material("identity", issued_by=None),
    "DS843": _material("identity", originals=None, copies=None),
    "DS844": _material("identity", medium=None),
    "DS845": _material("identity", source="heaven"),
    "DS846": _material("form", form=None),
    "DS847": _material("form", sample=None),
    "DS848": _sample_is_the_blank,
    "DS849": _material("form", form={"url": "https://services.example/x", "state": "dead"}),
    "DS850": _material("form", form={"name": "申请表"}),
    "DS851": _material("form", necessity="may_follow"),
    "DS852": _material("identity", originals=0, copies=0, e_licence=None),
    "DS860": _set("visits", "count", to=1, **IV),
    "DS861": _set("visits", to={"count": 1, "meaning": "least"}, depth={"codes": ["III"]}),
    "DS862": _offline(visits={"count": 0, "meaning": "least"}),
    "DS863": _set("depth", "codes", to=["5"]),
    "DS864": _set("depth", "codes", to=["I"], **IV),
    "DS865": _offline(depth={"codes": ["II"]}),
    "DS866": _set("courier", to=False, result={"form": "physical"}, **IV),
    "DS867": _set("online_payment", to=False, **FEE, **IV),
    "DS868": _set("visits", "count", to=2, depth={"codes": ["III"]}),
    "DS869": _without("visits", "meaning"),
    "DS870": _set("fees", to=[], **FEE),
    "DS871": _set("fees", to=[{"name": "工本费"}], **FEE),
    "DS872": _without("fees", 0, "basis", **FEE),
    "DS873": _set("online_payment", to=True, charged=False),
    "DS874": _without("fees", 0, "name", **FEE),
    "DS880": _without("steps", 2),
    "DS881": _without("steps", 2, "criteria"),
    "DS885": _set("result", "name", to="准予许可批复", result={"type": "certificate"}),
    "DS886": _set("result", "type", to="paper"),
    "DS887": _without("result", "sample"),
    "DS888": _set("before", "material_count", to=0),
    "DS890": _without("basis"),
    "DS891": _without("basis", 0, "clause"),
    "DS892": _without("basis", 0, "text"),
    "DS893": _without("faq"),
    "DS894": _set("conditions", 0, to="按规定"),
    "DS895": _without("assumption"),
    "DS896": _set("links", to={"guide": "https://services.example/g"}, online_handling=True),
}
"""A fault for each rule, by the rule's code."""


# ------------------------------------------------------------------------------------------- indicators

Way = Literal["falls", "rises"]


def _city(change: Callable[[Data], object]) -> Fault:
    return lambda given: change(given.city)


def _first(part: str, **change: Any) -> Fault:
    """Return the fault that the first department, county or portal of the inventory reads otherwise."""

    def plant(given: Raw) -> None:
        given.city[part][next(iter(given.city[part]))] |= change

    return plant


def _list(kind: str) -> Callable[[Data], Data]:
    return lambda city: next(one for one in city["lists"] if one["kind"] == kind)


def _power_not_listed(given: Raw) -> None:
    """Take a permit off the power list."""
    powers = _list("power_and_responsibility")(given.city)["entries"]
    powers.remove(next(entry for entry in powers if entry["type"] == "licence"))


def _power_without_guide(given: Raw) -> None:
    _list("power_and_responsibility")(given.city)["entries"].append({"name": "没有指南的许可", "type": "licence"})


def _service_without_guide(given: Raw) -> None:
    entries = _list("public_service")(given.city)["entries"]
    guide = given.guide()
    guide["type"] = "public_service"
    entries += [{"name": guide["name"], "item": guide["id"]}, {"name": "没有指南的服务"}]


def _one_kind_less(given: Raw) -> None:
    for key, guide in list(given.guides.items()):
        if guide["type"] == "payment":
            given.to_change(key)["type"] = "licence"


def _at_the_window(given: Raw) -> None:
    """Let an item's result be fetched where it was sent: one visit, and no level IV."""
    key = next(
        k for k, g in given.guides.items()
        if g["type"] == "licence" and g["depth"] == {"codes": ["IV"]} and g["result"]["form"] == "physical"
    )  # fmt: skip
    item = given.items[key] = deepcopy(given.items[key])
    step = item["process"]["steps"]["deliver"]
    system = _made()[3]
    pool, front = next((name, pool) for name, pool in system.pools.items() if pool.kind == "front" and not pool.slot)
    step["options"] = {"window": {
        "channel": "window", "at": front.at, "pool": pool, "served": "3 min",
        "next": step["options"]["courier"]["next"],
    }}  # fmt: skip


def _online_after_all(level: str) -> Fault:
    """Return the fault that an item of a level below IV has lost its process to one of level IV."""

    def plant(given: Raw) -> None:
        def of(wanted: str, form: str) -> str:
            return next(
                k for k, g in given.guides.items()
                if g["type"] == "licence" and g["depth"] == {"codes": [wanted]} and g["result"]["form"] == form
            )  # fmt: skip

        to, source = of(level, "physical"), of("IV", "physical")
        taken = deepcopy(given.items[source])
        given.items[to] = deepcopy(given.items[to]) | {"process": taken["process"], "materials": taken["materials"]}

    return plant


def _slow(given: Raw) -> None:
    """Let a case be completed six years after it was accepted."""
    given.log[1][5] = f"{int(given.log[1][4][:4]) + 6}-03-03 16:30"


def _never_online(given: Raw) -> None:
    """Let every case of an item that has some online come to the window."""
    item = next(row[1] for row in given.log[1:] if row[6] == "电脑端办理")
    for row in given.log[1:]:
        row[6] = "窗口办理" if row[1] == item else row[6]


def _cases(**change: Any) -> Fault:
    def plant(given: Raw) -> None:
        licences = {k for k, g in given.guides.items() if g["type"] == "licence" and g["online_handling"]}
        row = next(r for r in given.city["cases"] if r["item"] in licences and r["completed"] > 10)
        row |= change

    return plant


def _conditional(given: Raw) -> None:
    given.guide()["materials"][0]["condition"] = "属于第二种情形的"


FALLS: Way = "falls"
OF_INDICATORS: Mapping[str, tuple[Fault, Way, str | None]] = {
    "A1-1": (_set("published_on", 1, "same_source", to=False), FALLS, "DS928"),
    "A1-2": (_first("departments", on_platform=False), FALLS, "DS929"),
    "A1-3": (_first("counties", on_platform=False), FALLS, "DS930"),
    "A2-1": (_city(lambda city: city.update(apps=[])), FALLS, "DS931"),
    "A2-2": (_city(lambda city: city.update(accounts=[])), FALLS, "DS932"),
    "A2-3": (_city(lambda city: city["apps"][0]["functions"].remove("query")), FALLS, "DS933"),
    "A3-1": (_set("published_on", 1, "values", to={"promised": "三十天"}), FALLS, "DS934"),
    "A3-2": (_set("published_on", 2, "same_source", to=False), FALLS, "DS935"),
    "A4-1": (_city(lambda city: city["portals"]["city_portal"].update(links=[])), FALLS, "DS937"),
    "A4-2": (
        _city(lambda c: next(p for p in c["portals"].values() if p["kind"] == "department_site").update(links=[])),
        FALLS, "DS937",
    ),
    "B1-1": (lambda given: _list("intermediary")(given.city).update(published=False), FALLS, "DS939"),
    "B1-2": (lambda given: _list("power_and_responsibility")(given.city).update(published=False), FALLS, "DS939"),
    "B1-3": (lambda given: _list("public_service")(given.city)["fields"].remove("housing"), FALLS, "DS941"),
    "B1-4": (lambda given: _list("at_most_one_visit")(given.city)["entries"].pop(), FALLS, "DS942"),
    "B2-1": (_power_without_guide, FALLS, "DS945"),
    "B2-2": (_service_without_guide, FALLS, "DS945"),
    "B2-3": (_one_kind_less, FALLS, "DS946"),
    "B2-4": (_power_not_listed, FALLS, "DS947"),
    "B3-1": (lambda given: _list("power_and_responsibility")(given.city)["entries"][0].pop("basis"), FALLS, "DS944"),
    "B3-2": (_without("conditions"), FALLS, "DS948"),
    "C1-1": (OF_RULES["DS801"], FALLS, "DS801"),
    "C1-2": (_without("power_source"), FALLS, None),
    "C1-3": (_without("quota"), FALLS, None),
    "C1-4": (OF_RULES["DS820"], FALLS, "DS820"),
    "C1-5": (OF_RULES["DS808"], FALLS, "DS808"),
    "C1-6": (OF_RULES["DS805"], FALLS, "DS805"),
    "C1-7": (_set("statutory", to={"amount": 20, "unit": "working days", "text": "三十个工作日"}, handling="committed"),
             FALLS, "DS823"),
    "C1-8": (OF_RULES["DS821"], FALLS, "DS821"),
    "C1-9": (OF_RULES["DS835"], FALLS, "DS835"),
    "C1-10": (OF_RULES["DS838"], FALLS, "DS838"),
    "C1-11": (_set("contact_phones", to=[]), FALLS, None),
    "C1-12": (_set("supervision_phones", to=[]), FALLS, None),
    "C1-13": (OF_RULES["DS830"], FALLS, "DS830"),
    "C1-14": (OF_RULES["DS891"], FALLS, "DS891"),
    "C1-15": (OF_RULES["DS828"], FALLS, "DS828"),
    "C2-1": (OF_RULES["DS840"], FALLS, "DS840"),
    "C2-2": (OF_RULES["DS842"], FALLS, "DS842"),
    "C2-3": (OF_RULES["DS843"], FALLS, "DS843"),
    "C2-4": (OF_RULES["DS844"], FALLS, "DS844"),
    "C3-1": (OF_RULES["DS880"], FALLS, "DS880"),
    "C3-2": (OF_RULES["DS881"], FALLS, "DS881"),
    "C3-3": (_set("visits", "count", to=3, depth={"codes": ["II"]}), FALLS, "DS303"),
    "C4-1": (OF_RULES["DS846"], FALLS, "DS846"),
    "C4-2": (OF_RULES["DS847"], FALLS, "DS847"),
    "C4-3": (OF_RULES["DS849"], FALLS, "DS918"),
    "C5-1": (_without("charged", charged=False), FALLS, None),
    "C5-2": (OF_RULES["DS871"], FALLS, "DS871"),
    "C5-3": (OF_RULES["DS872"], FALLS, "DS872"),
    "D1-1": (_online_after_all("I"), FALLS, None),
    "D1-2": (_online_after_all("II"), FALLS, None),
    "D1-3": (_online_after_all("III"), FALLS, None),
    "D1-4": (_at_the_window, FALLS, "DS301"),
    "D2-1": (OF_RULES["DS807"], FALLS, "DS807"),
    "D2-2": (_conditional, FALLS, "DS922"),
    "D2-3": (_set("single_sign_on", to=False, online_handling=True), FALLS, "DS926"),
    "D2-4": (_city(lambda city: city["e_licences"][0].update(in_library=False)), FALLS, "DS923"),
    "D2-5": (_set("unified_approval", to=False, online_handling=True), FALLS, "DS924"),
    "D2-6": (_cases(queryable=0), FALLS, "DS925"),
    "D2-7": (OF_RULES["DS866"], FALLS, "DS927"),
    "E1-1": (_never_online, FALLS, "DS949"),
    "E1-2": (_slow, "rises", None),
    "E2-1": (_set("handling", to="committed", handling="immediate"), FALLS, "DS820"),
    "E2-2": (_set("cross_region", to=False, cross_region=True, notify_and_commit=False), FALLS, None),
    "E2-3": (OF_RULES["DS888"], FALLS, "DS907"),
    "E2-4": (_set("promised", to="20 working days", statutory="20 working days"), FALLS, "DS908"),
    "E2-5": (_at_the_window, "rises", "DS909"),
}  # fmt: skip
"""For each indicator that data decide: a fault, where it moves the value, and the finding that tells of it."""
