"""A small city whose indicators are known by hand: four permits, one of each level, a portal, lists, cases."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from immutabledict import immutabledict

from depthsim.assessment.assess import Assessment, assess, subject_of
from depthsim.files import load_scheme, load_system
from depthsim.files.assessment import read_indicators
from depthsim.files.document import read
from depthsim.model.case_records import CaseRecords, ItemRecords
from depthsim.model.city import City
from depthsim.model.evidence import Evidence
from depthsim.model.guide import ServiceGuide
from depthsim.model.system import ServiceSystem

CLEAN = read(Path(__file__).parent / "rules" / "fixtures" / "clean.yaml").data
LEVELS = {"level_i": ("I", 2, 10), "level_ii": ("II", 2, 10), "level_iii": ("III", 1, 8), "level_iv": ("IV", 0, 6)}
"""Each permit with its level, the visits that it declares, and the days that it promises."""
STEM = "https://platform.example.invalid"
SCHEME = read_indicators().scheme
LOG = CaseRecords("cases.csv", {
    name: ItemRecords(accepted=100 * n, completed=100 * n, working_days=100 * n * n, synthetic=100 * n)
    for n, name in enumerate(LEVELS, 1)
})  # fmt: skip
"""A log of cases: each permit takes as many days as its number is."""


def guide(name: str, number: int) -> dict[str, Any]:
    """Return the guide of one of the four permits, without a fault."""
    level, visits, days = LEVELS[name]
    online = level != "I"
    found: dict[str, Any] = deepcopy(CLEAN)
    found |= {
        "id": name,
        "name": {"zh": f"许可事项{number}", "en": f"Permit {number}"},
        "code": f"11350100MB1558081X3000123{number:03d}000",
        "basic_code": f"000123{number:03d}000",
        "department": "agency",
        "depth": {"codes": [level]},
        "visits": {"count": visits, **({"reason": "须到窗口提交、核验材料原件"} if visits else {})}
        | ({"meaning": "greatest"} if online else {}),
        "online_handling": online,
        "forms": ["window", "computer"] if online else ["window"],
        "promised": f"{days} working days",
        "special": [],
        "charged": True,
        "fees": [{"name": "证书工本费", "standard": "每证100元", "amount": "100 CNY",
                  "basis": {"title": "收费管理办法", "clause": "第三条", "text": "每证收取一百元。"}}],
        "online_payment": level in ("III", "IV"),
        "courier": True,
        "single_sign_on": True,
        "unified_approval": True,
        "notify_and_commit": number == 1,
        "accept_with_gaps": False,
        "joint_departments": [],
        "cross_region": False,
        "links": {
            k: f"{STEM}/{k}/{number}" for k in ("guide", "apply", "consult", "complain", "query", "mobile")
        } | {"login": [STEM]},
        "published_on": [
            {"portal": "platform", "url": f"{STEM}/guide/{number}"},
            {"portal": "portal", "url": f"https://city.example.invalid/{number}", "same_source": True},
            {"portal": "agency_site", "url": f"https://agency.example.invalid/{number}", "same_source": True},
        ],
        "before": {"until": "2024-06-30", "material_count": 6, "source": "an earlier guide"},
    }  # fmt: skip
    del found["process"]
    found["body"]["credit_code"] = "11350100MB1558081X"
    found["materials"][2]["necessity"] = "always"
    found["steps"][1]["duration"] = "2 working days"
    for material in found["materials"]:
        for part in ("form", "sample"):
            if part in material:
                material[part]["sha256"] = f"{number}{'a' if part == 'form' else 'b'}".rjust(64, "0")
    return found


def city() -> dict[str, Any]:
    """Return the city's inventory, without a fault."""
    permits = [
        {
            "name": f"许可事项{n}", "code": f"000123{n:03d}000", "type": "licence", "body": "审批机构",
            "basis": [{"title": "公共场所卫生管理条例", "clause": "第四条"}], "department": "agency", "item": name,
        }
        for n, name in enumerate(LEVELS, 1)
    ]  # fmt: skip
    return {
        "id": "example",
        "name": "示例市",
        "area_code": "0591",
        "departments": {
            "agency": {"name": "审批机构", "level": "municipal", "powers": True, "on_platform": True,
                       "credit_code": "11350100MB1558081X"},
            "archive": {"name": "档案机构", "level": "municipal", "powers": False, "on_platform": False},
        },
        "counties": {n: {"name": n, "on_platform": True} for n in ("north", "south", "east")},
        "portals": {
            "platform": {"name": "省平台", "kind": "provincial_platform", "url": STEM, "channel": f"{STEM}/city"},
            "portal": {"name": "市政府门户", "kind": "government_portal", "same_source": True,
                       "links": [{"to": f"{STEM}/city/home", "works": True, "prominent": True}]},
            "agency_site": {"name": "部门网站", "kind": "department_site", "department": "agency", "same_source": True,
                            "links": [{"to": "platform", "works": True, "prominent": True}]},
        },
        "apps": [{"name": "省移动端", "platform": "provincial", "url": STEM,
                  "functions": ["handling", "query", "consultation", "complaint"]}],
        "accounts": [{"name": "政务号", "network": "wechat", "account": "example", "last_post": "2025-03-01"}],
        "lists": [
            {"kind": "power_and_responsibility", "published": True, "updated": "2025-01-01", "entries": permits},
            {"kind": "intermediary", "published": True},
            {"kind": "fee", "published": True},
            {"kind": "at_most_one_visit", "published": True, "entries": [
                {"name": "许可事项3", "item": "level_iii"}, {"name": "许可事项4", "item": "level_iv"}]},
            {"kind": "public_service", "published": True, "entries": [],
             "fields": ["education", "medical_care", "housing", "social_security", "civil_affairs", "poverty_relief"]},
        ],
        "e_licences": [{"name": "许可证", "department": "agency", "in_library": True, "issued": 10, "converted": 10}],
        "cases": [
            {"item": name, "start": "2018-01-01", "end": "2018-10-31", "synthetic": True, "accepted": 100 * n,
             "accepted_online": 25 * n, "completed": 100 * n, "mean_working_days": float(n), "queryable": 100 * n,
             "unified_approval": 100 * n, "couriered": 50 * n}
            for n, name in enumerate(LEVELS, 1)
        ],
    }  # fmt: skip


def judgement(indicator: str, **more: Any) -> dict[str, Any]:
    """Return one person's finding."""
    return {"indicator": indicator, "author": "评估组", "date": "2018-11-20", "reference": "文件第3号", **more}


@cache
def canonical() -> ServiceSystem:
    """Return the system of the four permits, one of each level."""
    return load_system("canonical").system


def system(
    guides: list[dict[str, Any]], inventory: dict[str, Any] | None, findings: list[dict[str, Any]] | None = None
) -> ServiceSystem:
    """Return the four permits with guides, an inventory and people's findings."""
    return canonical().model_copy(
        update={
            "guides": immutabledict({g["id"]: ServiceGuide.model_validate(g) for g in guides}),
            "city": None if inventory is None else City.model_validate(inventory),
            "evidence": immutabledict({"found": Evidence.model_validate({"findings": findings})} if findings else {}),
        }
    )


def guides() -> list[dict[str, Any]]:
    """Return the four guides, without a fault."""
    return [guide(name, number) for number, name in enumerate(LEVELS, 1)]


def assessed(whole: ServiceSystem, **options: Any) -> Assessment:
    """Return the assessment of a system by the bundled scheme; where it has an inventory, with the log of cases."""
    options.setdefault("records", None if whole.city is None else LOG)
    return assess(subject_of(whole, SCHEME, load_scheme("depth_2018"), **options))
