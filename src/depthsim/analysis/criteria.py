"""The criteria of level schemes, one small function each, read off an item and the play that a level admits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from depthsim.analysis.graph import Move, Node, PositionGraph
from depthsim.model.level import ONLINE, CriterionId, SchemeLevel
from depthsim.model.service import (
    AnyStep,
    ApplicantStep,
    OfficeStep,
    Option,
    Outcome,
    Published,
    ServiceItem,
    path_text,
    walk_steps,
)

CHECKS = frozenset({"prereview", "accept", "verify_originals"})
SUBMITS = frozenset({"submit", "fill_in", "upload"})
SENDS = frozenset({"collect", "deliver"})

Ruling = Literal["holds", "fails", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one criterion of one level holds, and why: a text's key in room `criteria` with its values."""

    level: str
    id: CriterionId
    ruling: Ruling
    why: str
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Play:
    """The play that a level is judged on: the nodes met under the applicant's strategy, with the moves taken."""

    item: ServiceItem
    level: SchemeLevel
    published: frozenset[Published]
    graph: PositionGraph
    ordinary: dict[int, list[Move]]
    everything: dict[int, list[Move]]
    safe: bool
    stuck: tuple[str, ...]
    value: list[float]

    @property
    def visits(self) -> float:
        """Return the visits that the play costs from the start; `inf` where they are without bound."""
        return self.value[0]

    def nodes(self, roles: Iterable[str]) -> list[Node]:
        """Return the nodes of these roles that are met without exceptions."""
        wanted = frozenset(roles)
        return [self.graph.nodes[n] for n in self.ordinary if self.graph.nodes[n].step.role in wanted]

    def options(self, roles: Iterable[str]) -> list[tuple[str, Option]]:
        """Return the options taken, without exceptions, at applicant steps of these roles."""
        wanted = frozenset(roles)
        return [
            (self.graph.label(n), move.what)
            for n, moves in self.ordinary.items()
            if self.graph.nodes[n].step.role in wanted
            for move in moves
            if isinstance(move.what, Option)
        ]


def track(
    facts: frozenset[str], step: AnyStep, what: Option | Outcome | None, visit: bool, present: bool
) -> frozenset[str]:
    """Keep in mind whether a visit was made, materials were checked online, and the case accepted and decided."""
    if visit:
        facts |= {"visited"}
    if isinstance(step, OfficeStep) and isinstance(what, Outcome):
        if step.role in CHECKS and not present:
            facts |= {"checked"}
        if not what.exception and step.role == "accept":
            facts |= {"accepted"}
        if not what.exception and step.stage == "approval":
            facts |= {"decided"}
    return facts


def is_admitted(level: SchemeLevel, node: Node, move: Move) -> bool:
    """Return whether a level admits a move: office moves always, options by the first rule that matches."""
    if not isinstance(move.what, Option):
        return True
    for rule in level.admitted:
        if rule.before_first_check is not None and rule.before_first_check == ("checked" in node.position.facts):
            continue
        if rule.stages and node.step.stage not in rule.stages:
            continue
        if rule.roles and node.step.role not in rule.roles:
            continue
        return rule.channels == "all" or move.what.channel in rule.channels
    return False


_Found = tuple[Ruling, str, dict[str, Any]]


def judge(play: Play) -> list[Verdict]:
    """Return the verdict on every criterion of the level that the play belongs to, the cap on visits last."""
    wanted: list[CriterionId] = list(play.level.criteria)
    if play.level.visit_after != "anywhere":
        wanted.append("visit_after")
    wanted += ["admitted", "visits"]
    found = []
    for criterion in wanted:
        ruling, why, values = _JUDGES[criterion](play)
        found.append(Verdict(play.level.id, criterion, ruling, why, tuple(values.items())))
    return found


def _published(what: Published) -> Callable[[Play], _Found]:
    def judged(play: Play) -> _Found:
        return ("holds", "published", {}) if what in play.published else ("fails", "not_published", {"what": what})

    return judged


def _submitted_online(play: Play) -> _Found:
    if not any(isinstance(s, ApplicantStep) and s.role in SUBMITS for _, s in walk_steps(play.item.process)):
        return "not_applicable", "nothing_to_submit", {}
    taken = play.options(SUBMITS)
    offline = [step for step, option in taken if option.channel not in ONLINE]
    if not taken or (offline and not any(o.channel in ONLINE for _, o in taken)):
        return "fails", "no_online_submission", {"steps": tuple(dict.fromkeys(offline))}
    return (
        "holds",
        "submits_online",
        {"steps": tuple(dict.fromkeys(s for s, o in taken if o.channel in ONLINE))},
    )


def _corrected_online(play: Play) -> _Found:
    corrections = [
        (n, move)
        for n, moves in play.everything.items()
        if play.graph.nodes[n].position.presence is None
        for move in moves
        if isinstance(move.what, Outcome) and move.what.kind == "correction"
    ]
    if not corrections:
        return "not_applicable", "no_correction", {}
    for n, move in corrections:
        for answer in _answers(play, move):
            if not any(isinstance(m.what, Option) and m.what.channel in ONLINE for m in play.graph.nodes[answer].moves):
                return (
                    "fails",
                    "correction_offline",
                    {"step": play.graph.label(n), "answer": play.graph.label(answer)},
                )
    return (
        "holds",
        "corrects_online",
        {"steps": tuple(dict.fromkeys(play.graph.label(n) for n, _ in corrections))},
    )


def _answers(play: Play, move: Move) -> list[int]:
    """Return the applicant's nodes that a correction leads to first."""
    todo, seen, found = [move.target], set(), []
    while todo:
        n = todo.pop()
        if isinstance(n, str) or n in seen:
            continue
        seen.add(n)
        if isinstance(play.graph.nodes[n].step, ApplicantStep):
            found.append(n)
        else:
            todo += [m.target for m in play.graph.nodes[n].moves]
    return sorted(found)


def _checked_online(play: Play) -> _Found:
    early = [
        play.graph.label(n)
        for n, moves in play.ordinary.items()
        if "checked" not in play.graph.nodes[n].position.facts and any(m.visits for m in moves)
    ]
    if early:
        return "fails", "visit_before_check", {"step": early[0]}
    checks = [n for n in play.nodes(CHECKS) if isinstance(n.step, OfficeStep) and n.position.presence is None]
    unchecked = any(
        m.target == "delivered"
        and "checked" not in play.graph.nodes[n].position.facts
        and play.graph.nodes[n].step.role not in CHECKS
        for n, moves in play.ordinary.items()
        for m in moves
    )
    if not checks or unchecked:
        return "fails", "no_online_check", {}
    return (
        "holds",
        "checks_online",
        {"steps": tuple(dict.fromkeys(path_text(n.position.step) for n in checks))},
    )


def _result_obtainable(play: Play) -> _Found:
    result = play.item.result
    if result is not None and result.form in ("electronic", "none"):
        return "not_applicable", f"result_{result.form}", {}
    steps = tuple(dict.fromkeys(path_text(n.position.step) for n in play.nodes(SENDS)))
    return ("holds", "result_step", {"steps": steps}) if steps else ("fails", "no_result_step", {})


def _accepted_without_visit(play: Play) -> _Found:
    accepts = [n for n in play.nodes({"accept"}) if isinstance(n.step, OfficeStep)]
    if not accepts:
        return "fails", "no_acceptance", {}
    for node in accepts:
        if "visited" in node.position.facts or node.position.presence is not None:
            return "fails", "visit_before_acceptance", {"step": path_text(node.position.step)}
    return (
        "holds",
        "accepts_online",
        {"steps": tuple(dict.fromkeys(path_text(n.position.step) for n in accepts))},
    )


def _verified_online(play: Play) -> _Found:
    shown = tuple(name for name, material in play.item.materials.items() if material.original_shown)
    if shown:
        return "fails", "originals_shown", {"materials": tuple(play.item.materials[m].name for m in shown)}
    return "holds", "no_original_shown", {}


def _fee_paid_online(play: Play) -> _Found:
    if play.item.fee == "none":
        return "not_applicable", "no_fee", {}
    taken = play.options({"pay"})
    if not taken:
        return "fails", "fee_unknown" if play.item.fee is None else "no_payment_step", {}
    offline = [step for step, option in taken if option.channel not in ONLINE]
    if offline:
        return "fails", "pays_offline", {"step": offline[0]}
    return "holds", "pays_online", {"steps": tuple(dict.fromkeys(s for s, _ in taken))}


def _result_sent(play: Play) -> _Found:
    result = play.item.result
    if result is not None and result.form in ("electronic", "none"):
        return "not_applicable", f"result_{result.form}", {}
    nodes = play.nodes(SENDS)
    if not nodes:
        return "fails", "no_result_step", {}
    fetched = [step for step, option in play.options(SENDS) if option.channel not in (*ONLINE, "post")]
    if fetched:
        return "fails", "result_fetched", {"step": fetched[0]}
    return "holds", "sends_result", {"steps": tuple(dict.fromkeys(path_text(n.position.step) for n in nodes))}


def _once_only(play: Play) -> _Found:
    asked = tuple(
        m.name
        for m in play.item.materials.values()
        if m.source == "government" and m.trust not in ("A", "B") and m.required == "always"
    )
    return ("fails", "asked_again", {"materials": asked}) if asked else ("holds", "asks_once", {})


def _visit_after(play: Play) -> _Found:
    mark = "decided" if play.level.visit_after == "decision" else "accepted"
    early = visits_before(play, mark)
    return ("fails", f"visit_before_{mark}", {"step": early[0]}) if early else ("holds", f"visits_after_{mark}", {})


def visits_before(play: Play, mark: str) -> list[str]:
    """Return the steps of the play at which a visit is made before the case is `accepted` or `decided`."""
    return [
        play.graph.label(n)
        for n, moves in play.ordinary.items()
        if mark not in play.graph.nodes[n].position.facts and any(m.visits for m in moves)
    ]


def _admitted(play: Play) -> _Found:
    if play.safe:
        return "holds", "all_admitted", {}
    return "fails", "not_admitted", {"steps": play.stuck}


def _visits(play: Play) -> _Found:
    cap = play.level.visits
    visits = None if play.visits == float("inf") else int(play.visits)
    if cap is None:
        return "holds", "no_cap", {"visits": visits}
    if visits is None or visits > cap:
        return (
            "fails",
            "too_many_visits" if visits is not None else "unbounded_visits",
            {"visits": visits, "cap": cap},
        )
    return "holds", "visits_within", {"visits": visits, "cap": cap}


_JUDGES: dict[CriterionId, Callable[[Play], _Found]] = {
    "guide": _published("guide"),
    "consultation": _published("consultation"),
    "complaint": _published("complaint"),
    "status_query": _published("status_query"),
    "submitted_online": _submitted_online,
    "corrected_online": _corrected_online,
    "checked_online": _checked_online,
    "result_obtainable": _result_obtainable,
    "accepted_without_visit": _accepted_without_visit,
    "verified_online": _verified_online,
    "fee_paid_online": _fee_paid_online,
    "result_sent": _result_sent,
    "once_only": _once_only,
    "visit_after": _visit_after,
    "admitted": _admitted,
    "visits": _visits,
}
