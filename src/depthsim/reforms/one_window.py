"""One window for everything (一窗受理): front pools merge, and places with them.

Any window takes any item, so a trip has one stop and the queues shorten. Windows that stood in another place move
to the place of the pool that remains.
"""

from __future__ import annotations

from typing import Annotated

from immutabledict import immutabledict
from pydantic import Field

from depthsim.catalogue import closest
from depthsim.errors import Finding, error, information, warning
from depthsim.model.service import AnyStep, ApplicantStep, OfficeStep, Option, ServiceItem, StepPath
from depthsim.model.system import ServiceSystem
from depthsim.model.value import Identifier
from depthsim.reforms._plugin import Parameters, Reform, Reformed, Use, map_variants, refuse
from depthsim.reforms._surgery import map_steps, with_options


class OneWindow(Parameters):
    """Merges `pools` into one of them (`into`, else the first), and whole `places` into its place.

    `servers` is their number afterwards; the sum if it is not given.
    """

    pools: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    into: Identifier | None = None
    places: tuple[Identifier, ...] = ()
    servers: Annotated[int, Field(ge=1, le=100_000)] | None = None


def _function(system: ServiceSystem, p: OneWindow) -> Reformed:
    into = p.into or p.pools[0]
    _refuse_unknown(system, p, into)
    merged = tuple(dict.fromkeys((into, *p.pools)))
    place = system.pools[into].at
    gone_places = {x for x in p.places if x != place}
    gone_pools = set(merged) - {into}
    if not gone_pools and not gone_places and p.servers in (None, system.pools[into].servers):
        return Reformed(system, (information("DS507"),), (Use("", p),))
    findings: list[Finding] = [
        warning("DS542", ("pools", name), pool=system.pools[name].name, into=system.pools[into].name)
        for name in sorted(gone_pools)
        if system.pool_calendar(name) != system.pool_calendar(into)
    ]
    servers = p.servers or sum(system.pools[name].servers for name in merged)
    pools = {
        name: pool.model_copy(
            update={
                "servers": servers if name == into else pool.servers,
                "at": place if pool.at in gone_places else pool.at,
            }
        )
        for name, pool in system.pools.items()
        if name not in gone_pools
    }
    places = {name: value for name, value in system.places.items() if name not in gone_places}

    def moved(option: Option) -> Option:
        pool = option.pool
        if pool in gone_pools:
            return option.model_copy(update={"pool": into, "at": place})
        return option.model_copy(update={"at": place}) if option.at in gone_places else option

    def change(_path: StepPath, step: AnyStep) -> AnyStep:
        if isinstance(step, ApplicantStep):
            options = {n: moved(o) for n, o in step.options.items()}
            return step if options == dict(step.options) else with_options(step, options)
        if isinstance(step, OfficeStep) and step.pool in gone_pools:
            return step.model_copy(update={"pool": into})
        return step

    def moved_item(item: ServiceItem) -> ServiceItem:
        process = map_steps(item.process, change)
        return item if process is item.process else item.model_copy(update={"process": process})

    items: dict[str, ServiceItem] = {}
    for id_, item in system.items.items():
        items[id_] = map_variants(item, moved_item)
    changed = tuple(i for i, item in items.items() if item is not system.items[i])
    after = system.with_items(items).model_copy(update={"pools": immutabledict(pools), "places": immutabledict(places)})
    return Reformed(after, tuple(findings), (Use("", p, changed, changed),))


def _refuse_unknown(system: ServiceSystem, p: OneWindow, into: str) -> None:
    named = [(name, ("pools", i)) for i, name in enumerate(p.pools)] + ([(into, ("into",))] if p.into else [])
    wrong = [
        error("DS508", path, given=name, closest=closest(name, system.pools))
        for name, path in named
        if name not in system.pools
    ]
    wrong += [
        error("DS541", path, given=system.pools[name].name)
        for name, path in named
        if name in system.pools and system.pools[name].kind != "front"
    ]
    wrong += [
        error("DS508", ("places", i), given=name, closest=closest(name, system.places))
        for i, name in enumerate(p.places)
        if name not in system.places
    ]
    if not wrong and p.places and system.pools[into].at is None:
        wrong.append(error("DS543", ("places",), given=system.pools[into].name))
    if wrong:
        raise refuse(*wrong)


reform = Reform(
    function=_function,
    parameters=OneWindow,
    touches=frozenset({"pools", "places"}),
    source="一窗受理: trained general windows and a back office behind them",
)
