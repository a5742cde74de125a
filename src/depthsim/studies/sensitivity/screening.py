"""Screening of all assumptions at once by Morris' method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from depthsim.studies.sensitivity.assumptions import Parameter
from depthsim.studies.sensitivity.model import ExactModel, Told, untold


@dataclass(frozen=True, slots=True)
class Effect:
    """Morris' elementary effects of one assumption on the headline: mean size, spread, and 95 % interval of the size.

    A spread near the size or above it means that the effect depends on the other assumptions.
    """

    parameter: Parameter
    size: float
    spread: float
    uncertainty: float


def screened(model: ExactModel, trajectories: int, seed: int, progress: Told = untold) -> list[Effect]:
    """Return Morris' screening of all assumptions at once (SALib), the largest first; ranges count as a whole.

    Values that make no sense together count as the assumptions themselves.
    """
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    varied = [n for n, p in enumerate(model.parameters) if p.high > p.low]
    problem = {
        "num_vars": len(varied),
        "names": [model.parameters[n].id for n in varied],
        "bounds": [[0.0, 1.0]] * len(varied),
    }
    sample = sampling.sample(problem, trajectories, num_levels=4, seed=seed)
    rows = np.tile(np.array(model.nominal), (len(sample), 1))
    for column, n in enumerate(varied):
        p = model.parameters[n]
        rows[:, n] = p.low + sample[:, column] * (p.high - p.low)
    answers = model.headline(rows, progress)
    found = analysis.analyze(problem, sample, answers, num_levels=4, seed=seed, print_to_console=False)
    effects = [
        Effect(
            model.parameters[n], float(found["mu_star"][k]), float(found["sigma"][k]), float(found["mu_star_conf"][k])
        )
        for k, n in enumerate(varied)
    ]
    return sorted(effects, key=lambda e: -e.size)
