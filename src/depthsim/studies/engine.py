"""Which engine runs: a name, or `auto`. All engines write the same log, so this is about time alone."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from depthsim.errors import Finding, UsageError, error, warning
from depthsim.model.system import ServiceSystem
from depthsim.studies.parts import predicted_cases
from depthsim.texts.suggestions import did_you_mean

REFERENCE, COMPILED = "discrete_event", "compiled"
ENGINES = (REFERENCE, COMPILED)
"""Engines that run whole systems."""
COMPILED_PAYS = 3_000
"""From so many predicted cases on, loading the compiled engine takes less time than it saves."""


def known_engine(engine: str) -> str:
    """Return a name of an engine, or `auto`. Raises UsageError for any other, and for one that cannot run here."""
    known = ("auto", *ENGINES)
    if engine not in known:
        raise UsageError(error("DS611", engine=engine, known=known, suggestion=did_you_mean(engine, known)))
    if engine == COMPILED and not _compiles():
        raise UsageError(error("DS612", engine=engine, other=REFERENCE))
    return engine


def chosen(
    engine: str, systems: Sequence[ServiceSystem], days: float, replications: int
) -> tuple[str, tuple[Finding, ...]]:
    """Return the engine that `engine` means for this much work, with a finding where a faster one is missing."""
    if engine != "auto":
        return engine, ()
    cases = sum(predicted_cases(system, days) for system in systems) * replications
    if cases < COMPILED_PAYS:
        return REFERENCE, ()
    return at_hand(COMPILED)


def at_hand(engine: str) -> tuple[str, tuple[Finding, ...]]:
    """Return an engine, or where it cannot run here the one that can, with a finding that says so."""
    if engine != COMPILED or _compiles():
        return engine, ()
    return REFERENCE, (warning("DS641", engine=REFERENCE),)


def _compiles() -> bool:
    return bool(import_module(f"depthsim.engines.{COMPILED}").available())
