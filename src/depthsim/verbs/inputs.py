"""What verbs are given: systems and scenarios as values, or by path or name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from depthsim import reforms
from depthsim.errors import Finding, InputError, Severity, UsageError, error, warning
from depthsim.files import Loaded, LoadedCosts, LoadedScenario, load_system, read_costs, read_scenario
from depthsim.model import references
from depthsim.model.costs import Costs
from depthsim.model.scenario import BASELINE, Scenario
from depthsim.model.system import ServiceSystem
from depthsim.studies.engine import chosen, known_engine
from depthsim.studies.run import Setting

GivenSystem = ServiceSystem | Loaded | str | Path
GivenScenario = Scenario | LoadedScenario | str | Path
GivenCosts = Costs | LoadedCosts | str | Path

COSTS = "illustrative"

HORIZON_DAYS = 365.0
SEED = 1
MOST_DAYS = 36500


def given_system(what: GivenSystem) -> tuple[ServiceSystem, Loaded | None]:
    """Return a system, with its sources where it was read. Raises InputError."""
    if isinstance(what, ServiceSystem):
        return what, None
    loaded = what if isinstance(what, Loaded) else load_system(what)
    return loaded.system, loaded


def system_to_run(what: GivenSystem) -> tuple[ServiceSystem, Loaded | None]:
    """Return a system that has every pool and place its items name, with its sources where it was read.

    Raises InputError: also for an item without a system beside it, whose queues nobody knows.
    """
    system, loaded = given_system(what)
    if loaded is not None and loaded.bare:
        raise InputError(loaded.locate(error("DS628", ("items", loaded.item.id), item=loaded.item.id)))
    wrong = [
        replace(finding, path=("items", name, *finding.path))
        for name, item in system.items.items()
        for finding in references.item_findings(item, system)
        if finding.severity is Severity.ERROR
    ]
    if wrong:
        raise InputError(wrong)
    return system, loaded


def given_scenario(what: GivenScenario | None) -> LoadedScenario:
    """Return a scenario with its warnings and places; the baseline where none is given. Raises InputError."""
    if what is None:
        return LoadedScenario(BASELINE)
    if isinstance(what, LoadedScenario):
        return what
    return LoadedScenario(what) if isinstance(what, Scenario) else read_scenario(what)


def given_costs(what: GivenCosts) -> LoadedCosts:
    """Return costs of reforms with their warnings and places. Raises InputError."""
    if isinstance(what, LoadedCosts):
        return what
    return LoadedCosts(what) if isinstance(what, Costs) else read_costs(what)


@dataclass(frozen=True)
class Reformed:
    """A scenario, and a system under it; `findings` have their places."""

    scenario: Scenario
    system: ServiceSystem
    uses: tuple[reforms.Use, ...]
    findings: tuple[Finding, ...]


def under(system: ServiceSystem, given: LoadedScenario) -> Reformed:
    """Return the system under a scenario. Raises InputError, with places, where the scenario does not fit."""
    try:
        done = reforms.apply(system, given.scenario)
    except InputError as refused:
        raise InputError([given.locate(f) for f in refused.findings]) from None
    findings = tuple(given.locate(f) for f in (*given.findings, *done.findings))
    return Reformed(given.scenario, done.system, done.uses, findings)


@dataclass(frozen=True)
class Span:
    """How runs are made, the same for every scenario of a comparison; `engine` may be `auto` until `on` is asked."""

    engine: str
    seed: int
    horizon_days: float
    warm_up_days: float
    findings: tuple[Finding, ...] = ()

    def on(self, systems: Sequence[ServiceSystem], replications: int) -> Span:
        """Return it with the engine that suits so much work; where a faster one is missing, findings say so."""
        days = self.warm_up_days + self.horizon_days
        engine, findings = chosen(self.engine, systems, days, replications)
        return replace(self, engine=engine, findings=(*self.findings, *findings))

    def setting(self, system: ServiceSystem) -> Setting:
        """Return a system as it runs, with the engine that suits it alone where `on` has not been asked."""
        return Setting(system, self.on([system], 1).engine, self.seed, self.horizon_days, self.warm_up_days)


def span(
    scenarios: Sequence[Scenario],
    *,
    engine: str,
    seed: int | None,
    horizon_days: float | None,
    warm_up_days: float | None,
) -> Span:
    """Return how to run: what is given wins, then the first scenario that says something, then the defaults.

    Scenarios that disagree are a finding. Raises UsageError where a number makes no sense.
    """
    findings: list[Finding] = []

    def settled(what: str, given: float | None, said: Iterable[float | None], default: float) -> float:
        if given is not None:
            return given
        values = [value for value in said if value is not None]
        if len(set(values)) > 1:
            findings.append(warning("DS616", what=what, given=sorted(set(values)), used=values[0]))
        return values[0] if values else default

    horizon = settled("horizon", horizon_days, (s.horizon for s in scenarios), HORIZON_DAYS)
    warm_up = settled("warm_up", warm_up_days, (s.warm_up or None for s in scenarios), 0.0)
    number = settled("seed", seed, (s.seed for s in scenarios), SEED)
    if not 0 < horizon <= MOST_DAYS:
        raise UsageError(error("DS617", option="horizon", given=horizon, most=MOST_DAYS))
    if not 0 <= warm_up <= MOST_DAYS or math.isnan(warm_up):
        raise UsageError(error("DS610", option="warm_up", given=warm_up, least=0))
    at_least("seed", int(number), 0)
    return Span(known_engine(engine), int(number), float(horizon), float(warm_up), tuple(findings))


def at_least(option: str, given: int, least: int) -> None:
    """Raise UsageError where a count is below the least one that makes sense."""
    if given < least:
        raise UsageError(error("DS610", option=option, given=given, least=least))
