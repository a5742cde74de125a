"""What a reform is: its parameters with units, what it touches, its source, and a pure function of a system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from depthsim.errors import Finding, InputError
from depthsim.model.service import Before, ServiceItem, Share
from depthsim.model.system import ItemChoice, ServiceSystem
from depthsim.model.value import Value
from depthsim.reforms._choice import chosen
from depthsim.texts import Lang, room, text

Touch = Literal[
    "options", "steps", "outcomes", "times", "lags", "presence", "materials", "facts", "limits", "pools", "places",
]  # fmt: skip
"""What a reform changes, or decides by: applicants' options and their shares; which steps there are and how they are
joined; chances of outcomes; minutes of work; lags; whether applicants wait; the material list; what the guide states
(result, handling, what is published); limits; pools; places. Reforms that touch different things commute."""

EVERYTHING: frozenset[Touch] = frozenset(
    {"options", "steps", "outcomes", "times", "lags", "presence", "materials", "facts", "limits", "pools", "places"}
)

Factor = Annotated[float, Field(ge=0, le=1)]
"""What remains of a quantity: 0.6 leaves 60 % of it."""


class Parameters(Value):
    """The parameters of a reform; each has its unit in its type."""


class ItemParameters(Parameters):
    """The parameters of a reform of items: `items` says which.

    `adoption` is the share of cases that go the reformed way; `starts` the day from which arriving cases may. The
    others run the item as it was before.
    """

    items: ItemChoice = ItemChoice()
    adoption: Share = 1.0
    starts: date | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a reform: its parameters, the items that it was meant for and those that it changed."""

    reform: str
    parameters: Parameters
    chosen: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reformed:
    """A reformed system, what there is to know about it (never of severity error), and each use of a reform."""

    system: ServiceSystem
    findings: tuple[Finding, ...] = ()
    uses: tuple[Use, ...] = ()

    def __getitem__(self, item: str) -> ServiceItem:
        return self.system[item]


@dataclass(frozen=True, slots=True)
class Reform:
    """A reform. Its `id` is its file's name; its words stand in the texts under that name.

    `function` takes a system and the validated parameters, and returns a new system with findings; it raises
    InputError, with paths into the parameters, where a parameter does not fit the system. `source` says where the
    mechanics come from.
    """

    function: Callable[[ServiceSystem, Any], Reformed]
    parameters: type[Parameters]
    touches: frozenset[Touch]
    source: str
    id: str = ""

    def name(self, lang: Lang) -> str:
        """Return its name."""
        return text(f"reforms.{self.id}", lang)

    def summary(self, lang: Lang) -> str:
        """Return in one line what it does to a process."""
        return text(f"reforms.{self.id}.summary", lang)

    def parameter(self, name: str, lang: Lang) -> str:
        """Return what a parameter means, with its unit."""
        shared = name in ItemParameters.model_fields and f"{self.id}.{name}" not in room("reforms")
        return text(f"reforms.{name}" if shared else f"reforms.{self.id}.{name}", lang)

    def __call__(self, system: ServiceSystem, parameters: Parameters) -> Reformed:
        """Return the reformed system; every finding names the reform."""
        done = self.function(system, parameters)
        adoption, starts = getattr(parameters, "adoption", 1.0), getattr(parameters, "starts", None)
        if adoption < 1 or starts is not None:
            done = replace(done, system=self._adopted(system, done, adoption, starts))
        named = tuple(replace(f, values={"reform": self.id, **f.values}) for f in done.findings)
        return replace(done, findings=named, uses=tuple(replace(u, reform=self.id) for u in done.uses))

    def _adopted(self, before: ServiceSystem, done: Reformed, adoption: float, starts: date | None) -> ServiceSystem:
        """Return the reformed system whose changed items carry what they were before, for those who do not adopt."""
        items = dict(done.system.items)
        for id_ in {i for use in done.uses for i in use.changed if i in before.items and i in items}:
            was = Before(reform=self.id, adoption=adoption, starts=starts, item=before.items[id_])
            items[id_] = items[id_].model_copy(update={"before": (was, *items[id_].before)})
        return done.system.with_items(items)


ItemChange = tuple[ServiceItem, Sequence[Finding]]


def each_item(
    change: Callable[[ServiceItem, ServiceSystem, Any], ItemChange],
) -> Callable[[ServiceSystem, Any], Reformed]:
    """Return the function of a reform that changes every chosen item by itself.

    `change` returns the item, the same one to leave it alone, and findings with paths inside the item. It is called
    for every variant of an item too (`ServiceItem.before`), so that those who adopted only some of the reforms before
    meet this one as well; findings are those of the item itself.
    """

    def function(system: ServiceSystem, parameters: ItemParameters) -> Reformed:
        ids, findings = chosen(system, parameters.items)
        found = list(findings)
        items, changed = dict(system.items), []
        for id_ in ids:
            item = system.items[id_]
            new, about = over_variants(item, lambda one: change(one, system, parameters))
            found += [replace(f, path=("items", id_, *f.path), values={"item": item.name, **f.values}) for f in about]
            if new is not item and new != item:
                items[id_] = new
                changed.append(id_)
        after = system.with_items(items) if changed else system
        return Reformed(after, tuple(found), (Use("", parameters, ids, tuple(changed)),))

    return function


def over_variants(item: ServiceItem, change: Callable[[ServiceItem], ItemChange]) -> ItemChange:
    """Return an item with itself and everything that it was before changed, and the findings of the item itself."""
    alone = item.alone
    new, about = change(alone)
    before = tuple(b.model_copy(update={"item": over_variants(b.item, change)[0]}) for b in item.before)
    if new is alone and all(b.item is was.item for b, was in zip(before, item.before, strict=True)):
        return item, about
    return new.model_copy(update={"before": before}) if before else new, about


def map_variants(item: ServiceItem, change: Callable[[ServiceItem], ServiceItem]) -> ServiceItem:
    """Return an item with itself and everything that it was before changed; the same one if nothing changes."""
    return over_variants(item, lambda one: (change(one), ()))[0]


def refuse(*findings: Finding) -> InputError:
    """Return the error of parameters that do not fit the system; paths lead into the parameters."""
    return InputError(findings)
