"""Parameters as written, validated, with findings in the words of the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from depthsim.errors import InputError, error
from depthsim.files.problems import problems
from depthsim.reforms._plugin import Parameters, Reform


def read_parameters(reform: Reform, given: Any) -> Parameters:
    """Return a reform's parameters. Raises InputError with every wrong one; paths lead into the parameters."""
    if not isinstance(given, Mapping):
        raise InputError(error("DS502", reform=reform.id, known=tuple(reform.parameters.model_fields)))
    if whole := [n for n in ("adoption", "starts") if n in given and n not in reform.parameters.model_fields]:
        raise InputError([error("DS509", (name,), field=name, reform=reform.id) for name in whole])
    try:
        return reform.parameters.model_validate(given)
    except ValidationError as invalid:
        raise InputError(problems(invalid, given, reform.parameters)) from None
