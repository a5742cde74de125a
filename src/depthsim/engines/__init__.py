"""Plug-ins that turn a system into a log: one file an engine, each with `run`; files that begin with _ are theirs."""

from __future__ import annotations

from depthsim.engines._plan import components, pools_of

__all__ = ["components", "pools_of"]
