"""Sensitivity (敏感性): every assumption varied over its range, and whether the conclusion survives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from depthsim.errors import UsageError, error
from depthsim.files import LoadedScenario
from depthsim.files.writer import write_bytes
from depthsim.model.scenario import BASELINE, Scenario
from depthsim.model.system import ServiceSystem
from depthsim.model.value import Name
from depthsim.studies.sensitivity import (
    CORRECTIONS,
    MEASURES,
    SPREAD,
    Alternative,
    Draws,
    Effect,
    ExactModel,
    MeasureName,
    Parameter,
    Ranking,
    Swing,
    drawn,
    parameters_of,
    ranked,
    screened,
    swings,
)
from depthsim.texts import LANGS, Lang, text
from depthsim.texts.suggestions import did_you_mean
from depthsim.verbs.assumption_words import amount, assumption_label, in_two_lines, use_label
from depthsim.verbs.inputs import SEED, GivenScenario, GivenSystem, at_least, given_scenario, given_system, under

if TYPE_CHECKING:
    from depthsim.views.charts.differences import Figure

DRAWS = 200
SHOWN = 15
"""Assumptions that a picture and a table show."""
PICTURES = (".svg", ".png")
Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Sensitivity:
    """How far a conclusion depends on the assumptions under it.

    Numbers are differences of a year against the reference: visits, or active minutes. The first of `alternatives`
    is the one that `nominal[0]`, the swings and the screening are about. With one scenario the others are its
    reforms, each by itself; with several they are the scenarios.
    """

    system: ServiceSystem
    reference: Scenario
    alternatives: tuple[Alternative, ...]
    names: tuple[Name, ...]
    measure: MeasureName
    seed: int
    parameters: tuple[Parameter, ...]
    others: int
    nominal: tuple[float, ...]
    swings: tuple[Swing, ...]
    draws: Draws
    ranking: Ranking | None
    screening: tuple[Effect, ...] | None = None

    @property
    def own_ranges(self) -> int:
        """Return how many assumptions have a range of their own in the files."""
        return sum(p.own_range for p in self.parameters)

    @property
    def interval(self) -> tuple[float, float]:
        """Return the middle 90 % of the draws of the headline."""
        return self.draws.interval()

    @property
    def same_direction(self) -> float:
        """Return the share of draws in which the headline has the sign that it has nominally."""
        return self.draws.same_sign(self.nominal[0])

    def widest(self, most: int = SHOWN) -> tuple[Swing, ...]:
        """Return the swings to show: the widest ones, without those of less than 1 % of the first."""
        return tuple(s for s in self.swings[:most] if s.width > 0.01 * self.swings[0].width)

    def label(self, parameter: Parameter, lang: Lang) -> str:
        """Return an assumption as users read it."""
        scenarios = {a.scenario.id: name for a, name in zip(self.alternatives, self.names, strict=True) if a.whole}
        scenarios[self.reference.id] = self.reference.name
        several = (
            sum(bool(s.reforms) for s in (self.reference, *(a.scenario for a in self.alternatives if a.whole))) > 1
        )
        return assumption_label(parameter, self.system, scenarios if several else {}, lang)

    def to_json(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the whole result, labels in one language."""
        low, high = self.interval
        return {
            "system": self.system.id,
            "reference": self.reference.id,
            "scenario": self.alternatives[0].scenario.id,
            "measure": self.measure,
            "seed": self.seed,
            "headline": {
                "nominal": self.nominal[0],
                "interval90": [low, high],
                "range": [min(o[0] for o in self.draws.outcomes), max(o[0] for o in self.draws.outcomes)],
                "same_direction": self.same_direction,
            },
            "draws": len(self.draws.outcomes),
            "refused": self.draws.refused,
            "assumptions": {
                "varied": len(self.parameters),
                "own_range": self.own_ranges,
                "default_range": len(self.parameters) - self.own_ranges,
                "not_varied": self.others,
            },
            "defaults": {"spread": SPREAD, "corrections": list(CORRECTIONS)},
            "tornado": [
                {
                    **self._plain(s.parameter, lang),
                    "at_low": s.at_low,
                    "at_high": s.at_high,
                    "width": s.width,
                }
                for s in self.swings
            ],
            "alternatives": [
                {"id": a.id, "name": name.model_dump(), "nominal": n, "interval90": list(self.draws.interval(k))}
                for k, (a, name, n) in enumerate(zip(self.alternatives, self.names, self.nominal, strict=True))
            ],
            "ranking": None
            if self.ranking is None
            else {
                "order": [self.alternatives[n].id for n in self.ranking.order],
                "whole": self.ranking.whole,
                "first": self.ranking.first,
                "pairs": self.ranking.pairs,
            },
            "screening": None
            if self.screening is None
            else [
                {**self._plain(e.parameter, lang), "size": e.size, "spread": e.spread, "ci95": e.uncertainty}
                for e in self.screening
            ],
        }

    def _plain(self, parameter: Parameter, lang: Lang) -> dict[str, Any]:
        return {
            "id": parameter.id,
            "label": self.label(parameter, lang),
            "kind": parameter.kind,
            "value": parameter.value,
            "low": parameter.low,
            "high": parameter.high,
            "unit": parameter.unit,
            "own_range": parameter.own_range,
            "note": parameter.note,
        }

    def table(self) -> list[dict[str, Any]]:
        """Return one flat row an assumption, the widest swing first."""
        return [dict(row) for row in self.to_json()["tornado"]]

    def plot(self, *, lang: Lang = "en", most: int = SHOWN) -> Figure:
        """Return the tornado of the headline as a figure, the widest swings on top."""
        from depthsim.views.charts.tornado import SwingBar, tornado

        divisor = 1.0 if self.measure == "visits" else 60.0
        shown = self.widest(most)
        bars = [
            SwingBar(
                in_two_lines(self.label(s.parameter, lang)),
                amount(s.parameter, s.parameter.low, lang),
                amount(s.parameter, s.parameter.high, lang),
                -s.at_low / divisor,
                -s.at_high / divisor,
            )
            for s in shown
        ]
        low, high = (-end / divisor for end in reversed(self.interval))
        nominal = -self.nominal[0] / divisor
        words = {
            "title": text(
                "charts.tornado", lang, system=self.system.name, scenario=self.names[0], reference=self.reference.name
            ),
            "value": text(f"charts.saved_{self.measure}", lang),
            "low": text("charts.at_low", lang),
            "high": text("charts.at_high", lang),
            "nominal": text("charts.nominal", lang, value=f"{nominal:,.0f}"),
            "band": text("charts.band", lang, number=len(self.draws.outcomes)),
        }
        return tornado(bars, nominal, words, interval=(low, high))

    def save(self, file: str | Path, *, lang: Lang = "en") -> Path:
        """Write the tornado as a picture, `.svg` or `.png`, and return where. Raises UsageError, InputError."""
        from depthsim.views.charts import png, svg

        path = picture_file(file)
        figure = self.plot(lang=lang)
        write_bytes(path, svg(figure) if path.suffix == ".svg" else png(figure))
        return path


def picture_file(file: str | Path) -> Path:
    """Return a picture's path. Raises UsageError for a suffix that is none of a picture."""
    path = Path(file)
    if path.suffix not in PICTURES:
        raise UsageError(error("DS633", given=str(file), known=PICTURES))
    return path


def _untold(_what: str, _done: float, _total: float) -> None:
    """Tell nobody how far the work is."""


def sensitivity(
    system: GivenSystem,
    scenarios: Sequence[GivenScenario] | GivenScenario,
    *,
    measure: str = "visits",
    draws: int = DRAWS,
    seed: int = SEED,
    trajectories: int = 0,
    headline_only: bool = False,
    progress: Told | None = None,
) -> Sensitivity:
    """Return how far what scenarios bring against the reference depends on the assumptions, by the exact model.

    The reference is the first scenario, or with a single one the baseline; the headline is the next one. `measure` is
    `visits` or `active_minutes`. With `trajectories` all assumptions are also screened by Morris' method. With
    `headline_only` there are draws of the headline alone: no assumption varied by itself, no ranking. Raises
    UsageError where the request makes no sense, InputError for everything that is wrong with the input.
    """
    told = progress or _untold
    at_least("draws", draws, 2)
    at_least("seed", seed, 0)
    at_least("trajectories", trajectories, 0)
    if measure not in MEASURES:
        raise UsageError(error("DS632", given=measure, known=MEASURES, suggestion=did_you_mean(measure, MEASURES)))
    if isinstance(scenarios, (Scenario, LoadedScenario, str, Path)):
        scenarios = [scenarios]
    given = [given_scenario(scenario) for scenario in scenarios]
    if not given:
        raise UsageError(error("DS615"))
    if len(given) == 1:
        given.insert(0, LoadedScenario(BASELINE))
    base, _ = given_system(system)
    for one in given:
        under(base, one)
    reference, *others = [g.scenario for g in given]
    alternatives, names = _alternatives(others[:1] if headline_only else others, alone=not headline_only)
    name: MeasureName = "visits" if measure == "visits" else "active_minutes"
    parameters, besides = parameters_of(base, [reference, *others], name)
    model = ExactModel(base, reference, alternatives, parameters, name)
    nominal = tuple(model.answer(model.nominal))
    found = drawn(model, draws, seed, lambda done, total: told("draws", done, total))
    return Sensitivity(
        base, reference, alternatives, names, name, seed, parameters, besides, nominal,
        () if headline_only else tuple(swings(model, lambda done, total: told("tornado", done, total))),
        found,
        ranked(nominal, found) if len(others) > 1 else _of_reforms(nominal, found),
        tuple(screened(model, trajectories, seed, lambda done, total: told("screening", done, total)))
        if trajectories
        else None,
    )  # fmt: skip


def _alternatives(scenarios: Sequence[Scenario], *, alone: bool) -> tuple[tuple[Alternative, ...], tuple[Name, ...]]:
    """Return the scenarios; of a single one its reforms too, each by itself."""
    found = [Alternative(s.id, s, tuple(range(len(s.reforms)))) for s in scenarios]
    names = [s.name for s in scenarios]
    if alone and len(scenarios) == 1 and len(scenarios[0].reforms) > 1:
        for n, use in enumerate(scenarios[0].reforms):
            found.append(Alternative(f"{n + 1} {use.reform}", scenarios[0], (n,)))
            names.append(Name(**{lang: use_label(n, use.reform, lang) for lang in LANGS}))
    return tuple(found), tuple(names)


def _of_reforms(nominal: Sequence[float], found: Draws) -> Ranking | None:
    """Return the ranking of a single scenario's reforms: all alternatives but the first, which is all of them."""
    alone = Draws(tuple(o[1:] for o in found.outcomes), found.refused)
    ranking = ranked(nominal[1:], alone)
    return (
        None
        if ranking is None
        else Ranking(tuple(n + 1 for n in ranking.order), ranking.whole, ranking.first, ranking.pairs)
    )
