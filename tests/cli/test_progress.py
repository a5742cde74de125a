"""Progress on a terminal: a bar, an honest forecast, and nothing at all where nobody looks."""

from __future__ import annotations

import io
import logging

import pytest
from rich.console import Console

from cli.commandline import run
from depthsim.cli._progress import Forecast, bar, left
from depthsim.cli._screen import Screen
from depthsim.cli._words import Words
from depthsim.texts import LANGS


class Watch:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_starting_up_is_no_part_of_the_rate() -> None:
    watch = Watch()
    forecast = Forecast(watch)
    for watch.now in (0.0, 5.0, 20.0):
        assert forecast.seconds(0, 1000) is None
    assert forecast.seconds(100, 1000) is None
    watch.now = 30.0
    assert forecast.seconds(300, 1000) == pytest.approx(35)
    watch.now = 40.0
    assert forecast.seconds(300, 1000) == pytest.approx(70), "it grows while nothing gets done"
    assert forecast.seconds(1000, 1000) == 0


def test_nothing_is_foretold_from_too_little() -> None:
    watch = Watch()
    forecast = Forecast(watch)
    assert forecast.seconds(1, 1000) is None
    watch.now = 100.0
    assert forecast.seconds(20, 1000) is None
    assert forecast.seconds(200, 1000) is not None
    watch.now = 101.0
    assert forecast.seconds(100, 2000) is None, "other work has begun"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.2, "about 5 s left"),
        (41, "about 40 s left"),
        (600, "about 10 min left"),
        (9000, "about 2.5 h left"),
    ],
)
def test_time_is_told_no_finer_than_it_is_known(seconds: float | None, words: str) -> None:
    assert left(seconds, Words("en")) == words


@pytest.mark.parametrize("lang", LANGS)
def test_a_terminal_shows_a_bar_with_the_time_left(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    monkeypatch.setattr("depthsim.cli._progress.Forecast", lambda: Forecast(watch))
    shown = io.StringIO()
    words = Words(lang)  # type: ignore[arg-type]
    with bar(Console(file=shown, force_terminal=True, width=100), words("demo.simulating"), words) as told:
        for watch.now in (0.0, 10.0, 20.0):
            told(100 + 10 * watch.now, 1000)
    assert words("left.seconds", number=70) in shown.getvalue()
    assert "30%" in shown.getvalue()


def test_a_pipe_and_json_hear_nothing() -> None:
    for more in ((), ("--json",)):
        found = run("simulate", "canonical", "--replications", "1", "--horizon", "2", *more)
        assert found.exit_code == 0
        assert not [line for line in found.stderr.splitlines() if "%" in line and "DS" not in line]


@pytest.mark.parametrize("lang", LANGS)
def test_a_terminal_hears_when_the_engine_is_compiled(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=100)
    monkeypatch.setattr("depthsim.cli._screen._console", lambda _stream: console)
    words = Words(lang)  # type: ignore[arg-type]
    log = logging.getLogger("depthsim.engines.compiled.kept")
    for quiet in (True, False):
        with Screen(words).progress("", quiet=quiet):
            log.info("compiling")
        assert (words("compiling") in shown.getvalue()) is not quiet
    log.info("compiling")
    assert shown.getvalue().count(words("compiling")) == 1
