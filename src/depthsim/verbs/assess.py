"""Assess (评估): every indicator of a scheme, its findings, the score, and what a scenario would move."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from immutabledict import immutabledict

from depthsim.assessment.assess import Assessment, subject_of
from depthsim.assessment.assess import assess as _assess
from depthsim.assessment.outcome import Need, Reading, Result
from depthsim.assessment.rectification import Entry, Rectification, Task, rectification
from depthsim.assessment.score import DepartmentScore, Move, Score, by_department, mended, moves, score
from depthsim.assessment.subject import SEED
from depthsim.errors import Finding, InputError, error
from depthsim.files import Loaded, load_scheme, load_system
from depthsim.files.assessment import INDICATORS, LoadedEvidence, read_evidence, read_indicators, read_weights
from depthsim.files.published import with_published
from depthsim.files.writer import write_text
from depthsim.model.indicators import Indicator, IndicatorScheme, Weights
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang, label, room, text
from depthsim.texts.suggestions import did_you_mean
from depthsim.verbs.inputs import GivenScenario, at_least, given_scenario, under
from depthsim.verbs.wording import finding_json, reform_name


@dataclass(frozen=True)
class Assessed:
    """An assessment with its scores; `after` is the same under a scenario and fixes, `moves` are what changes.

    `findings` are located; `assessed["D1-4"]` is one indicator's result.
    """

    assessment: Assessment
    score: Score
    weights: Weights | None = None
    scenario: Scenario | None = None
    fixes: tuple[str, ...] = ()
    after: Assessment | None = None
    after_score: Score | None = None
    notes: tuple[Finding, ...] = ()
    sources: Loaded | None = None
    given: Mapping[str, LoadedEvidence] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Result:
        return self.assessment[code]

    @property
    def scheme(self) -> IndicatorScheme:
        """Return the scheme."""
        return self.assessment.subject.scheme

    @property
    def results(self) -> tuple[Result, ...]:
        """Return the results."""
        return self.assessment.results

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Return the indicators that the scenario moves."""
        return moves(self.assessment, self.after) if self.after else ()

    @cached_property
    def departments(self) -> tuple[DepartmentScore, ...]:
        """Return the score of each department, best first."""
        return by_department(self.assessment, self.weights)

    @cached_property
    def rectification(self) -> Rectification:
        """Return the rectification list, with what reforms would bring; the first call tries them."""
        return rectification(self.assessment)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return every finding, with its place."""
        return tuple(self.locate(f) for f in self.assessment.findings)

    def locate(self, finding: Finding) -> Finding:
        """Return a finding with its place in a file."""
        if finding.location is not None:
            return finding
        if finding.path[:1] == ("evidence",) and (file := self.given.get(str(finding.path[1]))):
            return file.document_place(finding)
        return self.sources.locate(finding) if self.sources else finding

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return the whole result; with a scenario also what moves."""
        subject = self.assessment.subject
        found: dict[str, Any] = {
            "scheme": self.scheme.id,
            "name": _both(self.scheme.name),
            "department": subject.department,
            "guides": len(subject.guides),
            "items_without_guide": list(subject.unpublished),
            "seed": subject.seed,
            "indicators": [self.result_json(r, lang) for r in self.results],
            "score": {**score_json(self.score), "departments": [_department_json(d) for d in self.departments]},
        }
        if self.after is not None and self.after_score is not None and self.scenario is not None:
            found["what_if"] = {
                "scenario": self.scenario.id,
                "fixes": list(self.fixes),
                "score": score_json(self.after_score),
                "moves": [_move_json(m) for m in self.moves],
                "findings": [finding_json(f, lang) for f in self.notes],
            }
        return found

    def result_json(self, result: Result, lang: Lang) -> dict[str, Any]:
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
            "population": getattr(self.scheme.populations[i.population].name, lang),
            "decided": decided(result, lang),
            "lead": getattr(self.scheme.units[i.lead], lang),
            "responsible": getattr(self.scheme.units[i.responsible], lang),
            "evidence": [str(fact) for fact in outcome.facts],
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
            "findings": [finding_json(self.locate(f), lang) for f in result.findings],
        }  # fmt: skip

    def rectification_json(self, lang: Lang, rows: Rectification | None = None) -> list[dict[str, Any]]:
        """Return the rows of the rectification list, or of one that was merged; rows kept of earlier ones last."""
        rows = self.rectification if rows is None else rows
        return [*(self.task_json(task, lang) for task in rows.tasks), *(_kept_json(entry) for entry in rows.kept)]

    def task_json(self, task: Task, lang: Lang) -> dict[str, Any]:
        """Return one row: the scheme's columns in its order, the finding, what to do, what it brings, who does it."""
        first, second, third = levels_of(self.scheme, task.indicator)
        said = finding_json(self.locate(task.finding), lang)
        effect = task.effect
        return {
            "key": task.key,
            "first_level": getattr(first, lang),
            "second_level": getattr(second, lang),
            "third_level": getattr(third.name, lang),
            "indicator": task.indicator,
            "checks": getattr(third.checks, lang),
            "lead": getattr(self.scheme.units[third.lead], lang),
            "responsible": getattr(self.scheme.units[third.responsible], lang),
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

    def save(self, folder: str | Path, *, lang: Lang = "en", when: date | None = None) -> tuple[Path, ...]:
        """Write the result and the lists to circulate into a folder, dated `when`; return the files.

        A rectification list that the folder holds is read first: what people entered is taken over. Raises InputError
        where that list cannot be read or is another's: then nothing is written.
        """
        from depthsim.verbs.circulate import merged, returned_list, save_lists

        target = Path(folder)
        returned = returned_list(self, target, lang)
        rows = merged(self, returned)
        return (
            write_text(target / "assessment.json", _text(self.to_json(lang))),
            write_text(target / "rectification.json", _text(self.rectification_json(lang, rows))),
            *save_lists(self, rows, target, lang, when, returned.more if returned else ()),
        )


def assess(
    what: ServiceSystem | Loaded | str | Path,
    *,
    scheme: str | Path | IndicatorScheme = INDICATORS,
    evidence: str | Path | Sequence[str | Path] = (),
    weights: str | Path | Weights | None = None,
    scenario: GivenScenario | None = None,
    fixes: str | Sequence[str] = (),
    department: str | None = None,
    seed: int = SEED,
    sample: int | None = None,
) -> Assessed:
    """Return every indicator of a scheme for a system, a path or a bundled name.

    A path or a name is read with its guides, inventory and evidence; a value is taken as it is, and `load` gives
    one without them.

    `evidence` are more files of people's findings; `weights` a file of weights (all equal, unofficial, without);
    `scenario` says what reforms would move, `fixes` (codes of indicators of any level, or `all`) what putting right
    would; `department` leaves one department's guides; with `sample` spot checks
    take so many at random, the same ones for the same `seed`. Raises InputError where files or names are at fault.
    """
    at_least("seed", seed, 0)
    if sample is not None:
        at_least("sample", sample, 1)
    rules = scheme if isinstance(scheme, IndicatorScheme) else read_indicators(scheme).scheme
    levels = load_scheme(rules.levels)
    system, loaded = _given(what)
    files = [evidence] if isinstance(evidence, (str, Path)) else list(evidence)
    system, given = _with_evidence(system, loaded, rules, files)
    weighted = weights if isinstance(weights, Weights) or weights is None else read_weights(weights, rules).weights
    if department is not None:
        _known_department(system, department)
    options: dict[str, Any] = {"seed": seed, "sample": sample, "department": department}
    found = _assess(subject_of(system, rules, levels, **options))
    first = Assessed(found, score(found.results, rules, weighted), weighted, sources=loaded, given=given)
    mend = [fixes] if isinstance(fixes, str) else list(fixes)
    _known_codes(rules, mend)
    if scenario is None and not mend:
        return first
    reformed = under(system, given_scenario(scenario))
    after = _assess(subject_of(reformed.system, rules, levels, **options)) if reformed.system != system else found
    after = mended(after, mend)
    return replace(
        first,
        scenario=reformed.scenario,
        fixes=tuple(mend),
        after=after,
        after_score=score(after.results, rules, weighted),
        notes=reformed.findings,
    )


def _given(what: ServiceSystem | Loaded | str | Path) -> tuple[ServiceSystem, Loaded | None]:
    """Return a system with what its offices publish, with its sources where it was read. Raises InputError."""
    if isinstance(what, ServiceSystem):
        return what, None
    loaded = what if isinstance(what, Loaded) else load_system(what)
    loaded = with_published(loaded)
    return loaded.system, loaded


def _with_evidence(
    system: ServiceSystem, loaded: Loaded | None, scheme: IndicatorScheme, files: Iterable[str | Path]
) -> tuple[ServiceSystem, dict[str, LoadedEvidence]]:
    """Return the system with more findings of people. Raises InputError for indicators, items, departments unknown."""
    given = {str(path): read_evidence(path) for path in files}
    every = {**system.evidence, **{name: one.evidence for name, one in given.items()}}
    codes = [i.code for i in scheme.indicators]
    items, departments = {*system.items, *system.guides, *system.omitted}, _departments(system)
    wrong: list[Finding] = []
    for name, one in every.items():
        for number, said in enumerate(one.findings):
            path = ("evidence", name, "findings", number)
            if said.indicator not in codes:
                near = did_you_mean(said.indicator, codes)
                wrong.append(error("DS905", (*path, "indicator"), given=said.indicator, suggestion=near))
            for kind, word, known in (("item", said.item, items), ("department", said.department, departments)):
                if word is not None and word not in known:
                    wrong.append(_unknown(kind, word, known, (*path, kind)))
    if wrong:
        places = [given[str(f.path[1])].document_place(f) if str(f.path[1]) in given else f for f in wrong]
        raise InputError([loaded.locate(f) if loaded else f for f in places])
    return system.model_copy(update={"evidence": immutabledict(every)}), given


def _departments(system: ServiceSystem) -> set[str]:
    return {*system.departments, *(system.city.departments if system.city else ())}


def _known_codes(scheme: IndicatorScheme, codes: Iterable[str]) -> None:
    known = ("all", *scheme.codes())
    wrong = [error("DS905", (), given=c, suggestion=did_you_mean(c, known)) for c in codes if c not in known]
    if wrong:
        raise InputError(wrong)


def _known_department(system: ServiceSystem, department: str) -> None:
    known = _departments(system)
    if department not in known:
        raise InputError(_unknown("department", department, known, ()))


def _unknown(kind: str, word: str, known: Iterable[str], path: tuple[str | int, ...]) -> Finding:
    shown = sorted(known)
    return error("DS194", path, what=kind, given=word, known=shown[:20], suggestion=did_you_mean(word, shown))


# --------------------------------------------------------------------------------------------------- words


def decided(result: Result, lang: Lang) -> str:
    """Return how an indicator was decided: by data, by a sample with its seed and size, by whom and when."""
    parts = []
    if result.status in ("computed", "partial") or (result.entered and result.outcome.denominator is not None):
        sample = result.outcome.sample
        parts.append(
            text("assess.by_sample", lang, size=sample.size, population=sample.population, seed=sample.seed)
            if sample
            else text("assess.by_data", lang)
        )
    parts += [
        text("assess.by_person", lang, author=said.author, date=said.date, reference=said.reference)
        for said in result.entered
    ]
    if result.status == "not_assessed":
        parts = [text("assess.by_nothing", lang)]
    return ("；" if lang == "zh" else "; ").join(parts)


def need_words(need: Need, lang: Lang) -> str:
    """Return what is missing, in words."""
    joint = "、" if lang == "zh" else ", "
    if need.what == "guides":
        return text("assess.need.guides", lang, population=need.names[0 if lang == "zh" else 1])
    labels = room("labels")
    names = joint.join(
        label(f"guide_{n}", lang) if f"guide_{n}" in labels else label(n, lang) if n in labels else n
        for n in need.names
    )
    part = "some" if need.number else "all"
    key = f"assess.need.{need.what}_{part}" if need.what in ("field", "inventory", "process", "cases") else None
    return text(key or f"assess.need.{need.what}", lang, names=inventory_words(need, lang) or names, number=need.number)


def inventory_words(need: Need, lang: Lang) -> str:
    """Return parts of the inventory or of statistics in words, empty for other needs."""
    if need.what not in ("inventory", "cases"):
        return ""
    joint = "、" if lang == "zh" else ", "
    return joint.join(text(f"assess.part.{name}", lang) for name in need.names)


def reading_name(reading: Reading, lang: Lang) -> str:
    """Return what a number beside a value is."""
    return text(f"assess.reading.{reading.id}", lang)


def levels_of(scheme: IndicatorScheme, code: str) -> tuple[Any, Any, Indicator]:
    """Return the names of an indicator's first and second level, and the indicator. Raises KeyError."""
    for first in scheme.groups:
        for second in first.groups:
            for third in second.indicators:
                if third.code == code:
                    return first.name, second.name, third
    raise KeyError(code)


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


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
