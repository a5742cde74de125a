"""Sensitivity: every assumption varied over its range, on the exact model; does the conclusion survive?

`assumptions` says what varies and over which range; `varying` and `inputs` put drawn numbers in; `many`, `answering`
and `model` work out what comes of them; `tornado`, `draws`, `ranking` and `screening` ask.
"""

from depthsim.studies.sensitivity.assumptions import (
    CORRECTIONS,
    MEASURES,
    SPREAD,
    MeasureName,
    Parameter,
    parameters_of,
)
from depthsim.studies.sensitivity.draws import Draws, drawn
from depthsim.studies.sensitivity.inputs import Alternative
from depthsim.studies.sensitivity.model import ExactModel
from depthsim.studies.sensitivity.ranking import Ranking, ranked
from depthsim.studies.sensitivity.screening import Effect, screened
from depthsim.studies.sensitivity.tornado import Swing, swings

__all__ = [
    "CORRECTIONS",
    "MEASURES",
    "SPREAD",
    "Alternative",
    "Draws",
    "Effect",
    "ExactModel",
    "MeasureName",
    "Parameter",
    "Ranking",
    "Swing",
    "drawn",
    "parameters_of",
    "ranked",
    "screened",
    "swings",
]
