"""A nearer hall (跨省通办 / 就近办): the visit moves; the travel time changes, the number of visits does not."""

from __future__ import annotations

from typing import Annotated

from immutabledict import immutabledict
from pydantic import Field

from depthsim.catalogue import closest
from depthsim.errors import Finding, error, information
from depthsim.model.chance import Constant, Law
from depthsim.model.service import AnyStep, ApplicantStep, OfficeStep, Option, ServiceItem, StepPath
from depthsim.model.system import Place, Pool, ServiceSystem
from depthsim.model.time import Duration, Unit
from depthsim.model.value import Identifier, Named
from depthsim.reforms._plugin import ItemChange, ItemParameters, Reform, Reformed, each_item, refuse
from depthsim.reforms._surgery import map_steps, with_options


class CrossRegion(ItemParameters):
    """Visits move from `places` (all, if none is named) to `place`, `travel` away one way, served by `pool`.

    A place or pool that the system does not have is added, the pool with `servers`.
    """

    place: Identifier
    pool: Identifier
    name: Named | None = None
    travel: Law = Constant(value=Duration(amount=10, unit=Unit.MINUTE))
    servers: Annotated[int, Field(ge=1, le=100_000)] = 2
    places: tuple[Identifier, ...] = ()


def _change(item: ServiceItem, system: ServiceSystem, p: CrossRegion) -> ItemChange:
    def near(option: Option) -> Option:
        if not option.on_site or option.at == p.place or (p.places and option.at not in p.places):
            return option
        return option.model_copy(update={"at": p.place, "pool": p.pool})

    def change(_path: StepPath, step: AnyStep) -> AnyStep:
        if isinstance(step, ApplicantStep):
            options = {n: near(o) for n, o in step.options.items()}
            return step if options == dict(step.options) else with_options(step, options)
        if isinstance(step, OfficeStep) and step.applicant == "waits" and step.pool in system.pools:
            pool = system.pools[step.pool]
            if pool.kind == "front" and pool.at != p.place and (not p.places or pool.at in p.places):
                return step.model_copy(update={"pool": p.pool})
        return step

    process = map_steps(item.process, change)
    findings: list[Finding] = [] if process is not item.process else [information("DS506")]
    return item.model_copy(update={"process": process}), findings


_each = each_item(_change)


def _function(system: ServiceSystem, p: CrossRegion) -> Reformed:
    wrong = [
        error("DS508", ("places", i), given=name, closest=closest(name, system.places))
        for i, name in enumerate(p.places)
        if name not in system.places
    ]
    if p.pool in system.pools and (system.pools[p.pool].kind != "front" or system.pools[p.pool].at != p.place):
        wrong.append(error("DS573", ("pool",), given=system.pools[p.pool].name, place=p.place))
    if wrong:
        raise refuse(*wrong)
    assumed = {"assumption": {"note": "reform cross_region"}}
    places, pools = dict(system.places), dict(system.pools)
    if p.place not in places:
        places[p.place] = Place.model_validate({"name": p.name or p.place, "travel": p.travel, **assumed})
    if p.pool not in pools:
        named = {"name": p.name or p.pool, "kind": "front", "servers": p.servers, "at": p.place}
        pools[p.pool] = Pool.model_validate({**named, **assumed})
    wider = system.model_copy(update={"places": immutabledict(places), "pools": immutabledict(pools)})
    done = _each(wider, p)
    return done if done.uses[0].changed else Reformed(system, done.findings, done.uses)


reform = Reform(
    function=_function,
    parameters=CrossRegion,
    touches=frozenset({"options", "presence", "pools", "places"}),
    source="国办发〔2020〕35号: handing in at another hall; default numbers are assumptions",
)
