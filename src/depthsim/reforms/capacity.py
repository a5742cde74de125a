"""More or fewer servers, or other hours (窗口增减)."""

from __future__ import annotations

from typing import Annotated

from immutabledict import immutabledict
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from depthsim.catalogue import closest
from depthsim.errors import error, information
from depthsim.model.system import ServiceSystem
from depthsim.model.time import CalendarField
from depthsim.model.value import Identifier
from depthsim.reforms._plugin import Parameters, Reform, Reformed, Use, refuse


class Capacity(Parameters):
    """`servers` in each of `pools` from now on, or `add` more (fewer, if negative); `calendar` for other hours."""

    pools: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    servers: Annotated[int, Field(ge=1, le=100_000)] | None = None
    add: Annotated[int, Field(ge=-100_000, le=100_000)] = 0
    calendar: CalendarField | None = None

    @model_validator(mode="after")
    def _one_number(self) -> Capacity:
        if self.servers is not None and self.add:
            raise PydanticCustomError("servers_and_add", "servers and add")
        return self


def _function(system: ServiceSystem, p: Capacity) -> Reformed:
    wrong = [
        error("DS508", ("pools", i), given=name, closest=closest(name, system.pools))
        for i, name in enumerate(p.pools)
        if name not in system.pools
    ]
    if wrong:
        raise refuse(*wrong)
    pools = dict(system.pools)
    for name in dict.fromkeys(p.pools):
        pool = pools[name]
        servers = (pool.servers if p.servers is None else p.servers) + p.add
        if servers < 1:
            raise refuse(error("DS544", ("add",), given=pool.name, servers=pool.servers))
        pools[name] = pool.model_copy(update={"servers": servers, "calendar": p.calendar or pool.calendar})
    if pools == dict(system.pools):
        return Reformed(system, (information("DS507"),), (Use("", p),))
    return Reformed(system.model_copy(update={"pools": immutabledict(pools)}), (), (Use("", p),))


reform = Reform(
    function=_function,
    parameters=Capacity,
    touches=frozenset({"pools"}),
    source="queueing theory: waits fall with the number of servers (Erlang C)",
)
