"""Processes of synthetic items: how the applicant comes in, what the office does, and how the result goes out.

Each level of the standard has its own way in and out (published wording of 2018); what lies between is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from depthsim.synthesis.draws import Draws
from depthsim.synthesis.organisation import Department, name
from depthsim.synthesis.steps import (
    FOLLOWING,
    Data,
    applicant,
    chained,
    correction,
    days,
    form,
    minutes,
    office,
    onwards,
    refusal,
)

CORRECTIONS = (0.1, 0.15, 0.2, 0.25, 0.3)
REFUSALS = (0.01, 0.02, 0.03)
AT_THE_WINDOW = (0.5, 0.65, 0.8)
"""Who comes to the window though everything is online: 59.04 % of Fuzhou's cases were filed online in 2023."""
LAGS = ("0.5 working days", "1 working days", "2 working days")
SLOT_MINUTES = 15
"""A slot of a desk by appointment, of which an applicant takes `DESK_MINUTES`."""
DESK_MINUTES = 10

Steps = list[tuple[str, Data]]


@dataclass(slots=True)
class Plan:
    """What is drawn of one item before its steps are written. `partners` are other departments of its theme."""

    draws: Draws
    department: Department
    partners: tuple[Department, ...]
    level: str
    pattern: str
    immediate: bool
    fee: bool = False
    electronic: bool = False
    promise: bool = False
    work: int = field(init=False)

    def __post_init__(self) -> None:
        self.work = self.draws.whole("work", 8, 30)

    @property
    def windows(self) -> Data:
        """Return where a window option is."""
        return {"channel": "window", "at": self.department.hall, "pool": self.department.windows}


def process(plan: Plan) -> Data:
    """Return the process of an item."""
    steps = _immediate(plan) if plan.immediate else [*_way_in(plan), *_handling(plan), *_way_out(plan)]
    return {"start": steps[0][0], "steps": chained(steps)}


# ------------------------------------------------------------------------------------------- at once


def _immediate(plan: Plan) -> Steps:
    """Return an item that is decided at once: in one session at the window, or online with a look at the record."""
    draws, windows = plan.draws, plan.department.windows
    wrong = draws.pick("correction", CORRECTIONS)
    if plan.level == "I":
        return [
            ("apply", applicant("submit", "preparation", {
                "window": onwards(**plan.windows, takes=form(8), served=minutes(6)),
            }, ("form", "identity"))),
            ("accept", office("accept", "acceptance", windows, "3 min", {
                "accepted": onwards(), "incomplete": correction(wrong, "apply"),
            }, applicant="waits")),
            ("examine", office("review", "review", windows, "2 min", {"passed": onwards()}, applicant="waits")),
            ("decide", office("approve", "approval", windows, "2 min", {"granted": onwards()}, applicant="waits")),
            ("complete", office("complete", "completion", windows, "2 min", {"ready": onwards()}, applicant="waits")),
            ("collect", applicant("collect", "delivery", {"window": onwards(**plan.windows, served="1 min")})),
        ]  # fmt: skip
    officers = plan.department.staff("officers")
    return [
        ("apply", applicant("submit", "preparation", _online(plan, form(6)), ("form", "identity"))),
        ("accept", office("accept", "acceptance", officers, "3 min", {
            "accepted": onwards(), "differs": correction(wrong, "mend"), "not_entitled": refusal(0.02),
        })),
        ("~mend", _mend("accept")),
        ("examine", office("review", "review", officers, "2 min", {"passed": onwards()})),
        ("decide", office("approve", "approval", officers, "1 min", {"granted": onwards()})),
        ("complete", office("complete", "completion", officers, "1 min", {"issued": onwards()})),
        ("download", applicant("collect", "delivery", {"online": onwards(channel="online", takes="2 min")})),
    ]  # fmt: skip


def _online(plan: Plan, takes: Data) -> Data:
    mobile = plan.draws.pick("mobile", (0.2, 0.35, 0.5))
    return {
        "online": onwards(channel="online", uptake=round(1 - mobile, 2), takes=takes),
        "mobile": onwards(channel="mobile", uptake=mobile, takes=takes),
    }


def _mend(back_to: str, stage: str = "acceptance") -> Data:
    again = {"channel": "online", "takes": form(5), "delay": days(2), "next": back_to}
    return applicant("supplement", stage, {"online": again})


# ------------------------------------------------------------------------------------------- the way in


def _way_in(plan: Plan) -> Steps:
    return {"I": _window, "II": _prereviewed, "III": _accepted_online, "IV": _accepted_online}[plan.level](plan)


def _window(plan: Plan) -> Steps:
    wrong = plan.draws.pick("correction", CORRECTIONS)
    return [
        ("apply", applicant("submit", "preparation", _at_counter(plan), plan_materials(plan))),
        ("accept", office("accept", "acceptance", plan.department.windows, "5 min", {
            "accepted": onwards(), "incomplete": correction(wrong, "apply"), "not_admitted": refusal(0.01),
        }, applicant="waits")),
    ]  # fmt: skip


def _at_counter(plan: Plan) -> Data:
    walk_in = onwards(**plan.windows, takes=form(plan.work), served=minutes(8))
    if not plan.draws.happens("appointment", 0.25):
        return {"window": walk_in}
    booked = {**plan.windows, "pool": plan.department.desks, "appointment": True}
    return {
        "booked": onwards(**booked, uptake=0.6, takes=form(plan.work), served=f"{DESK_MINUTES} min"),
        "window": {**walk_in, "uptake": 0.4},
    }


def _prereviewed(plan: Plan) -> Steps:
    draws, department = plan.draws, plan.department
    return [
        ("apply", applicant("submit", "preparation", _online(plan, form(plan.work)), ("form",))),
        ("prereview", office("prereview", "preparation", department.staff("officers"), minutes(8), {
            "passed": onwards(), "incomplete": correction(draws.pick("correction", CORRECTIONS), "mend"),
            "no_answer": {"chance": 0.02, "kind": "withdrawal", "next": "withdrawn"},
        }, lag="0.5 working days")),
        ("~mend", _mend("prereview", "preparation")),
        ("show_originals", applicant("verify_originals", "acceptance", _at_counter_again(plan), _originals(plan))),
        ("accept", office("accept", "acceptance", department.windows, "4 min", {"accepted": onwards()},
                          applicant="waits")),
    ]  # fmt: skip


def _at_counter_again(plan: Plan) -> Data:
    return {"window": onwards(**plan.windows, served=minutes(6))}


def _accepted_online(plan: Plan) -> Steps:
    """Return acceptance online; where everything is online, some people come to the window all the same."""
    draws, department = plan.draws, plan.department
    wrong = draws.pick("correction", CORRECTIONS)
    options = _online(plan, form(plan.work))
    steps: Steps = [
        ("apply", applicant("submit", "preparation", options, plan_materials(plan))),
        ("accept", office("accept", "acceptance", department.staff("officers"), minutes(8), {
            "accepted": onwards(), "incomplete": correction(wrong, "mend"), "not_admitted": refusal(0.01),
        }, lag="0.5 working days")),
        ("~mend", _mend("accept")),
    ]  # fmt: skip
    if plan.level == "IV" and draws.happens("window_too", 0.8):
        come = draws.pick("come", AT_THE_WINDOW)
        options["window"] = {
            **plan.windows, "uptake": come, "takes": form(plan.work), "served": minutes(8), "next": "accept_at_window",
        }  # fmt: skip
        for channel in ("online", "mobile"):
            options[channel]["uptake"] = round((1 - come) * options[channel]["uptake"], 5)
        checked = {"accepted": {"next": FOLLOWING}, "incomplete": correction(wrong, "apply")}
        steps.append(("~accept_at_window", office(
            "accept", "acceptance", department.windows, "5 min", checked, applicant="waits",
        )))  # fmt: skip
    return steps


# ------------------------------------------------------------------------------------------- in the office


def _handling(plan: Plan) -> Steps:
    draws, department = plan.draws, plan.department
    officers, lag = department.staff("officers"), draws.pick("lag", LAGS)
    slow = {} if plan.promise else {"lag": lag}
    takes = "3 min" if plan.promise else minutes(plan.work)
    steps: Steps = [("examine", office("review", "review", officers, takes, {"passed": onwards()}, **slow))]
    if not plan.promise:
        heavy = plan.pattern in ("first", "change", "confirm")
        if draws.happens("inspection", 0.35 if heavy else 0.05):
            steps += _inspection(plan)
        if plan.partners and draws.happens("countersign", 0.2 if heavy else 0.05):
            steps.append(("countersign", _countersigning(plan)))
        elif draws.happens("external", 0.1):
            steps.append(("ask_others", _elsewhere(plan)))
    no = draws.pick("refusal", REFUSALS)
    approvers = department.staff("approvers")
    decided = {"granted": onwards(), "denied": refusal(no)}
    steps.append(("decide", office("approve", "approval", approvers, minutes(6), decided, **slow)))
    steps.append(("complete", office("complete", "completion", officers, "4 min", {"ready": onwards()})))
    return steps


def _inspection(plan: Plan) -> Steps:
    inspectors = plan.department.staff("inspectors")
    tours = {"law": "triangular", "low": "0.5 working days", "mode": "1 working days", "high": "4 working days"}
    visit = {"law": "pert", "low": "30 min", "mode": f"{plan.draws.whole('tour', 45, 90)} min", "high": "180 min"}
    seen = {"fit": onwards(), "to_mend": correction(0.1, "mend_premises"), "unfit": refusal(0.03)}
    return [
        ("inspect", office("inspect", "review", inspectors, visit, seen, special="inspection", lag=tours)),
        ("~mend_premises", _mend("inspect", "review")),
    ]


def _countersigning(plan: Plan) -> Data:
    """Return the opinions of two departments side by side; the other one has a deadline."""
    partner = plan.draws.pick("partner", plan.partners)

    def branch(pool: str, lag: str) -> Data:
        done = {"agreed": {"next": "done"}, "against": {"chance": 0.01, "kind": "refusal", "next": "refused"}}
        return {"start": "give_opinion", "steps": {
            "give_opinion": office("countersign", "review", pool, minutes(15), done, lag=lag),
        }}  # fmt: skip

    return {"role": "countersign", "stage": "review", "by": "parallel", "branches": {
        "own": branch(plan.department.staff("officers"), "0.5 working days"),
        "partner": {**branch(partner.staff("officers"), "1 working days"), "deadline": "30 days"},
    }, "next": FOLLOWING}  # fmt: skip


def _elsewhere(plan: Plan) -> Data:
    """Return a step of another authority: it costs time, and nobody of ours."""
    lag = {"law": "triangular", "low": "1 working days", "mode": "3 working days", "high": "8 working days"}
    whose = plan.draws.pick("who", ("superior", "expert"))
    return {
        "role": "examine", "stage": "review", "by": "office", "external": name(f"external.{whose}"), "lag": lag,
        "clock": "stops", "outcomes": {"answered": onwards()},
    }  # fmt: skip


# ------------------------------------------------------------------------------------------- the way out


def _way_out(plan: Plan) -> Steps:
    counter = {"window": onwards(**plan.windows, served="3 min")}
    steps: Steps = []
    if plan.level == "III":
        steps.append(("show_originals", applicant("verify_originals", "delivery", _at_counter_again(plan), ("proof",))))
    if plan.fee:
        online = {"online": onwards(channel="online", takes="3 min")}
        stage = "delivery" if plan.level == "III" else "completion"
        ways = {"I": counter, "II": online, "III": counter, "IV": online}[plan.level]
        steps.append(("pay", applicant("pay", stage, ways)))
    if plan.electronic:
        steps.append(
            ("download", applicant("collect", "delivery", {"online": onwards(channel="online", takes="2 min")}))
        )
    elif plan.level == "IV":
        sent = onwards(channel="post", delay={"law": "triangular", "low": "1 days", "mode": "2 days", "high": "5 days"})
        steps.append(("deliver", applicant("deliver", "delivery", {"courier": sent})))
    else:
        steps.append(("collect", applicant("collect", "delivery", counter)))
    if plan.promise:
        checked = {"not_chosen": {"chance": 0.7, **onwards()}, "in_order": onwards(), "revoked": refusal(0.01)}
        officers = plan.department.staff("officers")
        steps.append(("check_afterwards", office("inspect", "delivery", officers, minutes(10), checked)))
    return steps


# ------------------------------------------------------------------------------------------- materials


def _originals(plan: Plan) -> tuple[str, ...]:
    return ("proof",) if plan.level in ("II", "III") else ()


def plan_materials(plan: Plan) -> tuple[str, ...]:
    """Return the materials that an applicant hands in."""
    return ("form", "identity", "promise" if plan.promise else "proof")


def materials(plan: Plan) -> Data:
    """Return the materials of an item, with where originals are shown."""
    paper = plan.level == "I"
    found: Data = {
        "form": {"name": name("material.form"), "source": "applicant", "copies": 1,
                 "medium": ["paper"] if paper else ["electronic"]},
        "identity": {"name": name("material.identity"), "source": "government", "originals": 1, "medium": ["paper"],
                     "trust": "A"},
    }  # fmt: skip
    if plan.promise:
        found["promise"] = {"name": name("material.promise"), "source": "applicant", "medium": ["electronic"]}
    elif not plan.immediate:
        shown = plan.level in ("II", "III") or paper
        found["proof"] = {
            "name": name("material.proof"), "source": "applicant",
            **({"originals": 1, "medium": ["paper"]} if shown else {"copies": 1, "medium": ["electronic"]}),
        }  # fmt: skip
    return found
