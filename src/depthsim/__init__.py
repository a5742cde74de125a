"""Simulate the handling depth of Chinese government services (政务服务办理深度).

The verbs and the nouns; each is imported when it is first asked for, so that a start stays fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from depthsim import errors as _errors

if TYPE_CHECKING:
    from depthsim.analysis.checker import problems as accepts
    from depthsim.analysis.level import Classification
    from depthsim.analysis.visits import Visits
    from depthsim.analysis.visits import analyse as visits
    from depthsim.engines.single_case import CaseMachine, machine
    from depthsim.errors import DepthsimError, Finding, IllegalMove, InputError, Severity, UsageError
    from depthsim.model.level import Level, LevelScheme
    from depthsim.model.scenario import Scenario
    from depthsim.model.service import ServiceItem
    from depthsim.model.system import ServiceSystem
    from depthsim.reforms import reform
    from depthsim.verbs.assess import assess
    from depthsim.verbs.check import check
    from depthsim.verbs.classify import classify
    from depthsim.verbs.compare import compare
    from depthsim.verbs.demo import demo
    from depthsim.verbs.draw import draw
    from depthsim.verbs.explain import explain
    from depthsim.verbs.export import export
    from depthsim.verbs.import_ import import_
    from depthsim.verbs.load import load, scenario
    from depthsim.verbs.new import new
    from depthsim.verbs.plan import plan
    from depthsim.verbs.schema import schema
    from depthsim.verbs.sensitivity import sensitivity
    from depthsim.verbs.simulate import resume, simulate
    from depthsim.verbs.walk import walk

_HOMES = {
    "CaseMachine": "depthsim.engines.single_case",
    "Classification": "depthsim.analysis.level",
    "DepthsimError": "depthsim.errors",
    "Finding": "depthsim.errors",
    "IllegalMove": "depthsim.errors",
    "InputError": "depthsim.errors",
    "Level": "depthsim.model.level",
    "LevelScheme": "depthsim.model.level",
    "Scenario": "depthsim.model.scenario",
    "ServiceItem": "depthsim.model.service",
    "ServiceSystem": "depthsim.model.system",
    "Severity": "depthsim.errors",
    "UsageError": "depthsim.errors",
    "Visits": "depthsim.analysis.visits",
    "accepts": ("depthsim.analysis.checker", "problems"),
    "assess": "depthsim.verbs.assess",
    "check": "depthsim.verbs.check",
    "classify": "depthsim.verbs.classify",
    "compare": "depthsim.verbs.compare",
    "demo": "depthsim.verbs.demo",
    "draw": "depthsim.verbs.draw",
    "explain": "depthsim.verbs.explain",
    "export": "depthsim.verbs.export",
    "import_": "depthsim.verbs.import_",
    "load": "depthsim.verbs.load",
    "machine": "depthsim.engines.single_case",
    "new": "depthsim.verbs.new",
    "plan": "depthsim.verbs.plan",
    "reform": "depthsim.reforms",
    "resume": "depthsim.verbs.simulate",
    "scenario": "depthsim.verbs.load",
    "schema": "depthsim.verbs.schema",
    "sensitivity": "depthsim.verbs.sensitivity",
    "simulate": "depthsim.verbs.simulate",
    "visits": ("depthsim.analysis.visits", "analyse"),
    "walk": "depthsim.verbs.walk",
}

__all__ = [
    "CaseMachine",
    "Classification",
    "DepthsimError",
    "Finding",
    "IllegalMove",
    "InputError",
    "Level",
    "LevelScheme",
    "Scenario",
    "ServiceItem",
    "ServiceSystem",
    "Severity",
    "UsageError",
    "Visits",
    "accepts",
    "assess",
    "check",
    "classify",
    "compare",
    "demo",
    "draw",
    "explain",
    "export",
    "import_",
    "load",
    "machine",
    "new",
    "plan",
    "reform",
    "resume",
    "scenario",
    "schema",
    "sensitivity",
    "simulate",
    "visits",
    "walk",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'depthsim' has no attribute {name!r}")
    module, attribute = (home, name) if isinstance(home, str) else home
    found = getattr(import_module(module), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _speak(finding: _errors.Finding) -> str:
    from depthsim.texts import finding_line

    return finding_line(finding, "en")


_errors.speak = _speak
