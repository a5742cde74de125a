"""An assessment as JSON: indicators, scores, what a scenario moves, and the rows of the rectification list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from depthsim.assessment.outcome import Result
from depthsim.assessment.rectification import Entry, Rectification, Task
from depthsim.assessment.score import DepartmentScore, Move, Score
from depthsim.texts import Lang
from depthsim.verbs.assessment_words import decided, levels_of, need_words, reading_name
from depthsim.verbs.wording import finding_json, reform_name

if TYPE_CHECKING:
    from depthsim.verbs.assess import Assessed


def assessed_json(found: Assessed, lang: Lang) -> dict[str, Any]:
    """Return the whole result; with a scenario also what moves."""
    subject = found.assessment.subject
    whole: dict[str, Any] = {
        "scheme": found.scheme.id,
        "name": _both(found.scheme.name),
        "department": subject.department,
        "guides": len(subject.guides),
        "items_without_guide": list(subject.unpublished),
        "seed": subject.seed,
        "indicators": [result_json(found, r, lang) for r in found.results],
        "score": {**score_json(found.score), "departments": [_department_json(d) for d in found.departments]},
    }
    if found.after is not None and found.after_score is not None and found.scenario is not None:
        whole["what_if"] = {
            "scenario": found.scenario.id,
            "fixes": list(found.fixes),
            "score": score_json(found.after_score),
            "moves": [_move_json(m) for m in found.moves],
            "findings": [finding_json(f, lang) for f in found.notes],
        }
    return whole


def result_json(found: Assessed, result: Result, lang: Lang) -> dict[str, Any]:
    """Return one indicator's object."""
    i, outcome = result.indicator, result.outcome
    sample = outcome.sample
    return {
        "code": i.code,
        "name": _both(i.name),
        "checks": getattr(i.checks, lang),
        "status": result.status,
        "value": result.value,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "points": result.points,
        "unit": i.unit,
        "population": getattr(found.scheme.populations[i.population].name, lang),
        "decided": decided(result, lang),
        "lead": getattr(found.scheme.units[i.lead], lang),
        "responsible": getattr(found.scheme.units[i.responsible], lang),
        "evidence": [
            *map(str, outcome.facts),
            *(f"{j.reference} ({j.author}, {j.date.isoformat()})" for j in result.entered),
        ],
        "readings": [
            {"id": r.id, "name": reading_name(r, lang), "value": r.value, "numerator": r.numerator,
             "denominator": r.denominator}
            for r in outcome.readings
        ],
        "needs": [need_words(n, lang) for n in outcome.needs],
        "sample": {"seed": sample.seed, "size": sample.size, "population": sample.population,
                   "taken": list(sample.taken)} if sample else None,
        "entered": [
            {"author": j.author, "date": j.date.isoformat(), "reference": j.reference, "verdict": j.verdict,
             "value": j.value, "item": j.item, "department": j.department}
            for j in result.entered
        ],
        "findings": [finding_json(found.locate(f), lang) for f in result.findings],
    }  # fmt: skip


def rectification_json(found: Assessed, lang: Lang, rows: Rectification | None = None) -> list[dict[str, Any]]:
    """Return the rows of the rectification list, or of one that was merged; rows kept of earlier ones last."""
    rows = found.rectification if rows is None else rows
    return [*(task_json(found, task, lang) for task in rows.tasks), *(_kept_json(entry) for entry in rows.kept)]


def task_json(found: Assessed, task: Task, lang: Lang) -> dict[str, Any]:
    """Return one row: the scheme's columns in its order, the finding, what to do, what it brings, who does it."""
    first, second, third = levels_of(found.scheme, task.indicator)
    said = finding_json(found.locate(task.finding), lang)
    effect = task.effect
    return {
        "key": task.key,
        "first_level": getattr(first, lang),
        "second_level": getattr(second, lang),
        "third_level": getattr(third.name, lang),
        "indicator": task.indicator,
        "checks": getattr(third.checks, lang),
        "lead": getattr(found.scheme.units[third.lead], lang),
        "responsible": getattr(found.scheme.units[third.responsible], lang),
        "department": task.department,
        "item": task.item,
        **{name: said[name] for name in ("code", "severity", "where", "message", "remedy")},
        "evidence": [str(fact) for fact in task.evidence],
        "effect": effect
        and {
            "reforms": list(effect.reforms),
            "names": [reform_name(name, lang) for name in effect.reforms],
            "level": [level.value for level in effect.level],
            "visits": list(effect.visits),
            "minutes": list(effect.minutes),
        },
        "owner": task.owner,
        "deadline": task.deadline,
        "status": task.status,
        "note": task.note,
        "change": task.change,
        "more": dict(task.more),
    }


def score_json(found: Score) -> dict[str, Any]:
    """Return a score: total, groups, what is left out, and by which weights."""
    return {
        "total": found.total,
        "weights": found.weights.id if found.weights else "equal (unofficial)",
        "groups": dict(found.groups),
        "left_out": list(found.left_out),
    }


def _department_json(found: DepartmentScore) -> dict[str, Any]:
    return {"department": found.department, "guides": found.guides, "total": found.score.total,
            "groups": dict(found.score.groups), "left_out": list(found.score.left_out)}  # fmt: skip


def _move_json(move: Move) -> dict[str, Any]:
    return {
        "code": move.before.code,
        "name": _both(move.before.indicator.name),
        "before": {"status": move.before.status, "value": move.before.value, "points": move.before.points},
        "after": {"status": move.after.status, "value": move.after.value, "points": move.after.points},
        "difference": move.by,
        "points": move.points,
    }


def _both(name: Any) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


def _kept_json(entry: Entry) -> dict[str, Any]:
    """Return a row of an earlier list as it stood there; what only a finding has is null."""
    cells = dict(entry.cells)
    indicator, _, name = cells.get("indicator", "").partition(" ")
    return {
        "key": entry.key, "first_level": None, "second_level": None, "third_level": name or None,
        "indicator": indicator or None, "checks": None, "lead": cells.get("lead"),
        "responsible": cells.get("responsible"), "department": cells.get("department"), "item": cells.get("item_id"),
        "code": cells.get("code"), "severity": None, "where": None, "message": cells.get("message"),
        "remedy": cells.get("remedy"), "evidence": cells.get("evidence", "").splitlines(), "effect": None,
        "owner": entry.owner, "deadline": entry.deadline, "status": entry.status, "note": entry.note,
        "change": entry.change, "more": dict(entry.more),
    }  # fmt: skip
