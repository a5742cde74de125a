"""The inventory of a synthetic city: departments, portals, lists, licences and statistics of cases, without a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from depthsim.model.city import MobileFunction
from depthsim.model.service import ServiceItem
from depthsim.synthesis.codes import AREA_CODE, DIVISION, credit_code, exercise, site
from depthsim.synthesis.draws import Draws
from depthsim.synthesis.guides import (
    ADDRESS,
    PLATFORM,
    PORTAL,
    SEEN,
    UPDATED,
)
from depthsim.synthesis.items import Sketch
from depthsim.synthesis.organisation import Department, keys, name
from depthsim.synthesis.steps import Data
from depthsim.texts import LANGS, Lang, text

PERIOD = {"start": "2024-01-01", "end": "2024-10-31"}
MONTHS = 10
CASE_LOG = "cases.csv"
SIX_FIELDS = ("education", "medical_care", "housing", "social_security", "civil_affairs", "poverty_relief")


def inventory(
    id_: str,
    chosen: Sequence[Department],
    sketches: Sequence[Sketch],
    items: Mapping[str, ServiceItem],
    guides: Mapping[str, Data],
    seed: int,
    lang: Lang,
) -> Data:
    """Return the inventory as `catalogue.yaml` holds it."""
    return {
        "schema": "depthsim/city/1",
        "id": id_,
        "name": {one: text("synthetic.city.name", one, name=id_) for one in LANGS},
        "area_code": AREA_CODE,
        "division": DIVISION,
        "departments": {d.id: _department(d) for d in chosen},
        "counties": {_county(key): _live(key) for key in keys("district.")},
        "portals": _portals(chosen),
        "apps": [{"name": name("inventory.app"), "platform": "provincial", "url": f"{ADDRESS}/m",
                  "launched": "2018-06-01", "functions": list(get_args(MobileFunction))}],
        "accounts": [{"name": name("inventory.account"), "network": "wechat", "account": "services-example",
                      "last_post": SEEN}],
        "lists": _lists(sketches, guides, lang),
        "e_licences": _licences(sketches, items, seed),
        "case_log": CASE_LOG,
        "cases": [_cases(items[s.id], guides[s.id], Draws.of(seed, s.id)) for s in sketches],
        "assumption": text("synthetic.city.assumption", lang),
    }  # fmt: skip


def _department(department: Department) -> Data:
    found: Data = {"name": department.name, "credit_code": credit_code(department), "level": exercise(department)}
    return {
        **found, "powers": True, "on_platform": True, **({} if department.district else {"site": site(department)}),
    }  # fmt: skip


def _county(key: str) -> str:
    return key.partition(".")[2]


def _live(key: str) -> Data:
    return {"name": name(key), "on_platform": True, "url": f"{ADDRESS}/{_county(key)}"}


def _portals(chosen: Sequence[Department]) -> Data:
    link = {"to": PLATFORM, "form": "column", "prominent": True, "works": True, "checked": SEEN}
    found: Data = {
        PLATFORM: {"name": name("inventory.platform"), "kind": "provincial_platform", "url": ADDRESS},
        PORTAL: {"name": name("inventory.portal"), "kind": "government_portal", "url": "https://city.example",
                 "same_source": True, "links": [link]},
    }  # fmt: skip
    for d in chosen:
        if not d.district:
            found[site(d)] = {
                "name": name("inventory.site", department=d.name), "kind": "department_site", "department": d.id,
                "same_source": True, "links": [link],
            }  # fmt: skip
    return found


def _lists(sketches: Sequence[Sketch], guides: Mapping[str, Data], lang: Lang) -> list[Data]:
    powers, one_visit = [], []
    for sketch in sketches:
        guide = guides[sketch.id]
        joined = {"name": sketch.name, "code": guide["basic_code"], "item": sketch.id}
        basis = [{key: law[key] for key in ("title", "clause")} for law in guide["basis"]]
        powers.append({
            **joined, "type": guide["type"], "basis": basis, "body": sketch.department.name[lang],
            "department": sketch.department.id, "application_based": True,
        })  # fmt: skip
        if guide["visits"]["count"] <= 1:
            one_visit.append({**joined, "visits": guide["visits"]["count"]})
    return [
        {"kind": "power_and_responsibility", "published": True, "updated": UPDATED, "entries": powers},
        {"kind": "public_service", "published": True, "updated": UPDATED, "fields": list(SIX_FIELDS), "entries": []},
        {"kind": "intermediary", "published": True, "updated": UPDATED},
        {"kind": "fee", "published": True, "updated": UPDATED},
        {"kind": "at_most_one_visit", "published": True, "updated": UPDATED, "entries": one_visit},
    ]


def _licences(sketches: Sequence[Sketch], items: Mapping[str, ServiceItem], seed: int) -> list[Data]:
    """Return a kind of licence for each subject whose first issue is an item."""
    found = []
    for sketch in sketches:
        demand = items[sketch.id].demand
        if sketch.pattern == "first" and demand is not None:
            draws, issued = Draws.of(seed, sketch.id), round(demand.per_year)
            found.append({
                "name": name("inventory.licence", item=sketch.name), "department": sketch.department.id,
                "in_library": True, "converted": round(issued * (0.6 + 0.4 * draws.unit("converted"))),
                "issued": issued, "used": draws.happens("used", 0.7),
            })  # fmt: skip
    return found


def _cases(item: ServiceItem, guide: Data, draws: Draws) -> Data:
    """Return the statistics of an item: as many filed online as its process has it, the rest drawn."""
    filed = round(item.demand.per_year * MONTHS / 12) if item.demand else 0
    online = min(filed, round(filed * filed_online(item)))
    accepted = round(filed * (0.93 + 0.05 * draws.unit("accepted")))
    completed = round(accepted * (0.93 + 0.05 * draws.unit("completed")))
    rated = round(completed * 0.2)
    promised = float(str(guide["promised"]).split()[0]) if guide["promised"] != "none" else 0.0
    return {
        "item": item.id, **PERIOD, "synthetic": True, "filed": filed, "filed_online": online, "accepted": accepted,
        "accepted_online": min(accepted, round(online * 0.95)), "completed": completed,
        "mean_working_days": round(promised * (0.4 + 0.4 * draws.unit("speed")), 2),
        "unified_approval": accepted, "queryable": accepted,
        "couriered": round(completed * 0.4) if guide["courier"] else 0,
        "rated": rated, "rated_poor": round(rated * 0.01 * draws.unit("poor")),
    }  # fmt: skip


def filed_online(item: ServiceItem) -> float:
    """Return the share of cases that an item's process has filed on a computer or a phone."""
    first: Any = item.process.steps[item.process.start]
    options = first.options.values()
    rest = 1.0 - sum(o.uptake or 0.0 for o in options)
    shares = {o.channel: o.uptake if o.uptake is not None else rest for o in options}
    return sum(share for channel, share in shares.items() if channel in ("online", "mobile"))
