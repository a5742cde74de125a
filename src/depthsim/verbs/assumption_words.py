"""Assumptions in words: where a number stands, what it is, and how much it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from depthsim import reforms
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.model.value import Name
from depthsim.studies.sensitivity import Parameter
from depthsim.texts import Lang, label, room, text
from depthsim.verbs.wording import option_name, step_name


def assumption_label(parameter: Parameter, system: ServiceSystem, scenarios: Mapping[str, Name], lang: Lang) -> str:
    """Return an assumption as users read it, with the name of its scenario where `scenarios` has it."""
    if parameter.where in system.items:
        return _of_item(parameter, system.items[parameter.where], lang)
    if parameter.where == "system":
        return _of_system(parameter, system, lang)
    number, reform, *rest = parameter.path[1:]
    what = text("sensitivity.of", lang, where=use_label(number, reform, lang), what=_of_reform(rest, lang))
    scenario = scenarios.get(parameter.where.partition(" ")[2])
    return text("sensitivity.of", lang, where=scenario, what=what) if scenario else what


def _of_system(parameter: Parameter, system: ServiceSystem, lang: Lang) -> str:
    keys = [str(key) for key in parameter.path]
    if keys[0] == "places":
        where, what = system.places[keys[1]].name, text("sensitivity.travel", lang)
    else:
        where = system.applicants.segments[keys[2]].name
        what = text(f"sensitivity.segment_{keys[3]}", lang, channel=label(keys[-1], lang))
    return text("sensitivity.of", lang, where=where, what=what)


def _of_item(parameter: Parameter, item: ServiceItem, lang: Lang) -> str:
    what = text(f"sensitivity.{parameter.kind}", lang)
    if parameter.kind == "demand":
        return text("sensitivity.of", lang, where=item.name, what=what)
    keys = [str(key) for key in parameter.path]
    step = "/".join(key for n, key in enumerate(keys) if n and keys[n - 1] in ("steps", "branches"))
    where = step_name(item, step, lang).rpartition("（" if lang == "zh" else " (")[0] or step
    if keys[-3] in ("options", "outcomes"):
        where = text("sensitivity.of", lang, where=where, what=option_name(item, step, keys[-2], lang))
    return text("sensitivity.in_item", lang, item=item.name, where=where, what=what)


def use_label(number: str | int, reform: str | int, lang: Lang) -> str:
    """Return one use of a reform by its place in the scenario, counted from 1, and its name."""
    return f"{int(number) + 1} {reforms.load(str(reform)).name(lang)}"


def _of_reform(path: Sequence[str | int], lang: Lang) -> str:
    """Return a parameter of a reform in a word or two; one that has none by its path."""
    name = f"parameter_{path[-1]}"
    return text(f"sensitivity.{name}", lang) if name in room("sensitivity") else "/".join(map(str, path))


def in_two_lines(label: str) -> str:
    """Return a long label in two lines, broken at the colon that is nearest to its middle."""
    places = [n + len(mark) for mark in (": ", "：") for n in range(len(label)) if label.startswith(mark, n)]
    if not places or sum(1 + (c > "\u2e7f") for c in label) <= 44:
        return label
    cut = min(places, key=lambda n: abs(n - len(label) / 2))
    return f"{label[:cut].rstrip()}\n{label[cut:]}"


def amount(parameter: Parameter, value: float, lang: Lang) -> str:
    """Return a value of an assumption with its unit: shares in percent."""
    if parameter.unit:
        return Duration(amount=float(f"{value:.3g}"), unit=Unit(parameter.unit)).in_words(lang)
    share = parameter.kind in ("chance", "uptake") or (parameter.kind in ("reform", "segment") and parameter.value <= 1)
    return f"{value:.0%}" if share else f"{value:,.6g}"
