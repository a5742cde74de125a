"""Files of an assessment to values: indicator schemes and weights, with every finding at its line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from depthsim.errors import Finding, error
from depthsim.files.document import Document
from depthsim.files.loaded import _FromOneFile
from depthsim.files.reader import _load_single, refuse
from depthsim.model.evidence import Evidence
from depthsim.model.indicators import IndicatorScheme, Weights
from depthsim.texts.suggestions import did_you_mean

INDICATORS = "fuzhou_2018"
KINDS_OF_ASSESSMENT: dict[str, type[BaseModel]] = {"indicators": IndicatorScheme, "weights": Weights}


@dataclass(frozen=True)
class LoadedIndicators(_FromOneFile):
    """An indicator scheme as read, its warnings, and its document."""

    scheme: IndicatorScheme
    findings: tuple[Finding, ...] = ()
    document: Document | None = None


@dataclass(frozen=True)
class LoadedWeights(_FromOneFile):
    """Weights as read, their warnings, and their document."""

    weights: Weights
    findings: tuple[Finding, ...] = ()
    document: Document | None = None


def read_indicators(name_or_path: str | Path = INDICATORS) -> LoadedIndicators:
    """Return an indicator scheme with its warnings and places. Raises InputError."""
    document, value, findings = _load_single("standards", name_or_path, "indicators", IndicatorScheme)
    loaded = LoadedIndicators(value, findings, document)
    refuse([loaded.locate(f) for f in indicator_findings(value)])
    return loaded


def read_weights(path: str | Path, scheme: IndicatorScheme | None = None) -> LoadedWeights:
    """Return weights for a scheme (the one that they name) with their warnings and places.

    Raises InputError, also for codes that the scheme does not have.
    """
    document, value, findings = _load_single("standards", path, "weights", Weights)
    loaded = LoadedWeights(value, findings, document)
    known = scheme or read_indicators(value.scheme).scheme
    refuse([loaded.locate(f) for f in weight_findings(value, known)])
    return loaded


@dataclass(frozen=True)
class LoadedEvidence(_FromOneFile):
    """Findings of people as read from a file, warnings, and its document."""

    evidence: Evidence
    findings: tuple[Finding, ...] = ()
    document: Document | None = None

    def document_place(self, finding: Finding) -> Finding:
        """Return a finding about `("evidence", FILE, …)` with its place in this file."""
        return finding if self.document is None else finding.at(self.document.locate(finding.path[2:]))


def read_evidence(path: str | Path) -> LoadedEvidence:
    """Return findings of people with their warnings and places, from a file alone. Raises InputError."""
    document, value, findings = _load_single("standards", Path(path), "evidence", Evidence)
    return LoadedEvidence(value, findings, document)


def indicator_findings(scheme: IndicatorScheme) -> list[Finding]:
    """Return what is wrong with the names and codes in a scheme."""
    found: list[Finding] = []
    seen: set[str] = set()
    for a, first in enumerate(scheme.groups):
        for b, second in enumerate(first.groups):
            path = ("groups", a, "groups", b)
            if not second.code.startswith(first.code):
                found.append(error("DS902", (*path, "code"), given=second.code, group=first.code))
            for c, indicator in enumerate(second.indicators):
                place = (*path, "indicators", c)
                if not indicator.code.startswith(f"{second.code}-"):
                    found.append(error("DS902", (*place, "code"), given=indicator.code, group=second.code))
                for field, known in (
                    ("lead", scheme.units),
                    ("responsible", scheme.units),
                    ("population", scheme.populations),
                ):
                    name = getattr(indicator, field)
                    if name not in known:
                        near = did_you_mean(name, known)
                        found.append(error("DS901", (*place, field), given=name, field=field, suggestion=near))
    for code in scheme.codes():
        if code in seen:
            found.append(error("DS903", _path_of(scheme, code), given=code))
        seen.add(code)
    return found


def _path_of(scheme: IndicatorScheme, code: str) -> tuple[str | int, ...]:
    """Return the path of the last indicator with a code."""
    found: tuple[str | int, ...] = ()
    for a, first in enumerate(scheme.groups):
        places: list[tuple[str, tuple[str | int, ...]]] = [(first.code, ("groups", a, "code"))]
        for b, second in enumerate(first.groups):
            places.append((second.code, ("groups", a, "groups", b, "code")))
            for c, third in enumerate(second.indicators):
                places.append((third.code, ("groups", a, "groups", b, "indicators", c, "code")))
        found = next((path for given, path in reversed(places) if given == code), found)
    return found


def weight_findings(weights: Weights, scheme: IndicatorScheme) -> list[Finding]:
    """Return what is wrong with weights for a scheme: another scheme's, unknown codes, groups in which none counts."""
    if weights.scheme != scheme.id:
        return [error("DS904", ("scheme",), given=weights.scheme, wanted=scheme.id)]
    known = tuple(scheme.codes())
    found = [
        error("DS905", ("weights", code), given=code, suggestion=did_you_mean(code, known))
        for code in weights.weights
        if code not in known
    ]
    if not any(weights.weights.get(first.code, 1.0) for first in scheme.groups):
        found.append(error("DS906", ("weights",)))
    return found
