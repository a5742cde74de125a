"""Assess (评估): every indicator of a scheme, its findings, the score, and what a scenario would move."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from depthsim.assessment.assess import Assessment, subject_of
from depthsim.assessment.assess import assess as _assess
from depthsim.assessment.outcome import Result
from depthsim.assessment.rectification import Rectification, Task, rectification
from depthsim.assessment.score import DepartmentScore, Move, Score, by_department, mended, moves, score
from depthsim.assessment.subject import SEED
from depthsim.errors import Finding
from depthsim.files import Loaded, load_scheme
from depthsim.files.assessment import INDICATORS, LoadedEvidence, read_indicators, read_weights
from depthsim.files.writer import write_text
from depthsim.model.indicators import IndicatorScheme, Weights
from depthsim.model.scenario import Scenario
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang
from depthsim.verbs import assessment_json as as_json
from depthsim.verbs.assessment_inputs import case_records, given_system, known_codes, known_department, with_evidence
from depthsim.verbs.inputs import GivenScenario, at_least, given_scenario, under


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
        return as_json.assessed_json(self, lang)

    def result_json(self, result: Result, lang: Lang) -> dict[str, Any]:
        """Return one indicator's object."""
        return as_json.result_json(self, result, lang)

    def rectification_json(self, lang: Lang, rows: Rectification | None = None) -> list[dict[str, Any]]:
        """Return the rows of the rectification list, or of one that was merged; rows kept of earlier ones last."""
        return as_json.rectification_json(self, lang, rows)

    def task_json(self, task: Task, lang: Lang) -> dict[str, Any]:
        """Return one row: the scheme's columns in its order, the finding, what to do, what it brings, who does it."""
        return as_json.task_json(self, task, lang)

    def save(self, folder: str | Path, *, lang: Lang = "en", when: date | None = None) -> tuple[Path, ...]:
        """Write the result and the lists to circulate into a folder, dated `when`; return the files.

        A rectification list that the folder holds is read first: what people entered is taken over. Raises InputError
        where that list cannot be read or is another's: then nothing is written.
        """
        from depthsim.verbs.circulate import earlier_list, merged, save_lists

        target = Path(folder)
        earlier = earlier_list(self, target, lang)
        rows = merged(self, earlier)
        return (
            write_text(target / "assessment.json", _text(self.to_json(lang))),
            write_text(target / "rectification.json", _text(self.rectification_json(lang, rows))),
            *save_lists(self, rows, target, lang, when, earlier.more if earlier else ()),
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
    cases: str | Path | Sequence[str | Path] = (),
) -> Assessed:
    """Return every indicator of a scheme for a system, a path or a bundled name.

    A path or a name is read with its guides, inventory and evidence; a value is taken as it is, and `load` gives
    one without them.

    `evidence` are more files of people's findings; `cases` logs of cases (CSV, XLSX, Parquet), in place of the one
    that the inventory names, or a run's folder, which is shown beside; `weights` a file of weights (all equal,
    unofficial, without); `scenario` says what reforms would move, `fixes` (codes of indicators of any level, or
    `all`) what putting right would; `department` leaves one department's guides; with `sample` spot checks
    take so many at random, the same ones for the same `seed`. Raises InputError where files or names are at fault.
    """
    at_least("seed", seed, 0)
    if sample is not None:
        at_least("sample", sample, 1)
    rules = scheme if isinstance(scheme, IndicatorScheme) else read_indicators(scheme).scheme
    levels = load_scheme(rules.levels)
    system, loaded = given_system(what)
    logs = [cases] if isinstance(cases, (str, Path)) else list(cases)
    files = [evidence] if isinstance(evidence, (str, Path)) else list(evidence)
    system, given = with_evidence(system, loaded, rules, files)
    weighted = weights if isinstance(weights, Weights) or weights is None else read_weights(weights, rules).weights
    if department is not None:
        known_department(system, department)
    options: dict[str, Any] = {"seed": seed, "sample": sample, "department": department,
                               "records": case_records(system, loaded, logs)}  # fmt: skip
    found = _assess(subject_of(system, rules, levels, **options))
    first = Assessed(found, score(found.results, rules, weighted), weighted, sources=loaded, given=given)
    mend = [fixes] if isinstance(fixes, str) else list(fixes)
    known_codes(rules, mend)
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


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
