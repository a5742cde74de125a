"""Same seed, same bytes: in any order, any process, any part of the system."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from depthsim.engines import components
from depthsim.model.log import CaseLog, in_order
from depthsim.model.system import ServiceSystem
from engines.small_systems import applicant, cases, demo_hall, item, office, system

POOLS = {
    name: {"name": name, "kind": "back", "servers": 2} for name in ("desk", "reviewers", "inspectors", "archive")
}  # fmt: skip
LAW = {"law": "gamma", "mean": "40 min", "cv": 0.8}


def three() -> list[dict]:  # type: ignore[type-arg]
    one = item({"apply": applicant(online={"takes": LAW, "next": "a"}), "a": office("desk", LAW)}, "one")
    two = item({"b": office("desk", LAW, "c", lag="1 working days"), "c": office("reviewers", LAW)}, "two")
    other = item({"d": office("inspectors", LAW), "e": office("archive", LAW)}, "other")
    return [one, two, other]


def digest(log: list[CaseLog]) -> str:
    return hashlib.sha256(repr(log).encode()).hexdigest()


def reordered(of: ServiceSystem) -> ServiceSystem:
    turned = {name: dict(reversed(list(getattr(of, name).items()))) for name in ("items", "pools", "places")}
    plain = of.model_dump(mode="json", by_alias=True)
    for name, order in turned.items():
        plain[name] = {key: plain[name][key] for key in order}
    return ServiceSystem.model_validate(plain)


def test_a_run_repeats_itself_and_seeds_differ() -> None:
    of = system(*three(), pools=POOLS)
    assert digest(cases(of)) == digest(cases(of))
    assert digest(cases(of, seed=2)) != digest(cases(of))
    assert digest(cases(of, replication=1)) != digest(cases(of))


def test_the_order_of_items_pools_and_places_does_not_matter() -> None:
    of = demo_hall(5)
    assert cases(of, 40) == cases(reordered(of), 40)


def test_an_item_that_shares_no_pool_changes_nothing() -> None:
    one, two, other = three()
    alone = cases(system(one, two, pools=POOLS))
    together = cases(system(other, one, two, pools=POOLS))
    assert alone == [case for case in together if case.item != "other"]


def test_an_item_that_shares_a_pool_changes_no_luck() -> None:
    one, two, _ = three()
    alone = {case.case_id: case for case in cases(system(one, pools=POOLS))}
    together = {case.case_id: case for case in cases(system(one, two, pools=POOLS)) if case.item == "one"}
    assert alone.keys() == together.keys()
    for name, case in alone.items():
        assert case.arrival == together[name].arrival
        assert [row.takes for row in case.rows] == [row.takes for row in together[name].rows]
    assert any(case.end != together[name].end for name, case in alone.items())


def test_components_run_apart_give_the_run_of_the_whole() -> None:
    of = system(*three(), pools=POOLS)
    assert components(of) == (("one", "two"), ("other",))
    parts = [case for part in components(of) for case in cases(of, items=part)]
    assert in_order(parts) == cases(of)


def test_components_of_the_demonstration_hall() -> None:
    of = demo_hall()
    assert components(of) == (tuple(of.items),)


def test_other_processes_give_the_same_bytes() -> None:
    """Python's own hashing is different in each process; nothing may depend on it."""
    here = Path(__file__).parent
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from engines.test_independence import digest, three, system, cases, POOLS\n"
        "print(digest(cases(system(*three(), pools=POOLS))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(here.parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert found == {digest(cases(system(*three(), pools=POOLS)))}
