"""Simulate the handling depth of Chinese government services."""

from depthsim import errors as _errors


def _speak(finding: _errors.Finding) -> str:
    from depthsim.texts import finding_line

    return finding_line(finding, "en")


_errors.speak = _speak
