"""What happens next, in machine code: the events, a 4-ary heap by (time, case, token), and blocks of memory.

An entry of the heap is two words, the instant (f) and the token; the root stands at 3, so that four children fill
one line of the cache. The root of the event at work stays until something is pushed into its place.
"""

from __future__ import annotations

from typing import Any

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.layout import K_EID, K_HEAP, K_STALE, K_TOP, T_EID, T_ORDER

ROOT = 3
LINE = 8
"""Words in a line of the processor's cache."""


@inlined
def allocate(memory: Any, state: Any, size: Any) -> Any:
    """Return a block of `size` words, in whole lines; the first words of memory head lists of free ones by size."""
    found = memory[size]
    if found:
        memory[size] = memory[found]
        return found
    found = state[K_TOP]
    state[K_TOP] = found + (size + LINE - 1) // LINE * LINE
    return found


@inlined
def release(memory: Any, block: Any, size: Any) -> None:
    """Give a block back."""
    memory[block] = memory[size]
    memory[size] = block


@inlined
def sooner(memory: Any, time: Any, token: Any, other_time: Any, other: Any) -> Any:
    """Return whether one event comes before another: by time, case, token, and then as they were pushed."""
    if time != other_time:
        return time < other_time
    order, others = memory[token + T_ORDER], memory[other + T_ORDER]
    if order != others:
        return order < others
    return memory[token + T_EID] < memory[other + T_EID]


@inlined
def _settle(heap: Any, times: Any, memory: Any, last: Any, time: Any, token: Any) -> None:
    """Put an entry at the root and let it sink; `last` is the place of the last entry."""
    i = ROOT
    while True:
        child = 4 * i - 8
        if child > last:
            break
        least, when, which = child, times[2 * child], heap[2 * child + 1]
        for other in range(child + 1, min(child + 3, last) + 1):
            at = times[2 * other]
            if at < when or (at == when and sooner(memory, at, heap[2 * other + 1], when, which)):
                least, when, which = other, at, heap[2 * other + 1]
        if sooner(memory, time, token, when, which):
            break
        times[2 * i], heap[2 * i + 1] = when, which
        i = least
    times[2 * i], heap[2 * i + 1] = time, token


@jit
def push(heap: Any, times: Any, memory: Any, state: Any, time: Any, token: Any) -> None:
    """Wake a token at an instant."""
    memory[token + T_EID] = state[K_EID]
    state[K_EID] += 1
    count = state[K_HEAP]
    if state[K_STALE]:
        state[K_STALE] = 0
        _settle(heap, times, memory, ROOT + count - 1, time, token)
        return
    state[K_HEAP] = count + 1
    i = ROOT + count
    while i > ROOT:
        parent = i // 4 + 2
        if not sooner(memory, time, token, times[2 * parent], heap[2 * parent + 1]):
            break
        times[2 * i], heap[2 * i + 1] = times[2 * parent], heap[2 * parent + 1]
        i = parent
    times[2 * i], heap[2 * i + 1] = time, token


@jit
def drop_root(heap: Any, times: Any, memory: Any, state: Any) -> None:
    """Take the event away that was at work, if nothing came into its place."""
    if state[K_STALE]:
        state[K_STALE] = 0
        last = ROOT + state[K_HEAP] - 1
        state[K_HEAP] -= 1
        if last > ROOT:
            _settle(heap, times, memory, last - 1, times[2 * last], heap[2 * last + 1])
