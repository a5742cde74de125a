"""Two runs that want one folder: the second is refused, the first is what it would have been alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from depthsim.errors import InputError
from depthsim.studies.folder import work_folder
from depthsim.verbs.simulate import resume, simulate

EXAMPLE = Path(__file__).parents[1] / "examples" / "demo_hall"


def test_a_second_run_is_refused_while_one_is_writing(tmp_path: Path) -> None:
    target = tmp_path / "run"
    seen: list[str] = []

    def meanwhile(_done: float, _total: float) -> None:
        if seen:
            return
        for other in (
            lambda: simulate(EXAMPLE, seed=2, horizon_days=2, replications=1, output=target),
            lambda: resume(target),
        ):
            with pytest.raises(InputError) as caught:
                other()
            seen.append(caught.value.findings[0].code)

    simulate(EXAMPLE, seed=1, horizon_days=4, replications=2, output=target, progress=meanwhile)
    assert seen == ["DS629", "DS629"]
    simulate(EXAMPLE, seed=1, horizon_days=4, replications=2, output=tmp_path / "alone")
    for file in sorted(p.name for p in (tmp_path / "alone").iterdir()):
        assert (target / file).read_bytes() == (tmp_path / "alone" / file).read_bytes(), file
    assert sorted(p.name for p in tmp_path.iterdir()) == ["alone", "run"]


def test_the_lock_ends_with_the_run(tmp_path: Path) -> None:
    work = work_folder(tmp_path / "run")
    for _ in range(2):
        with work.held():
            pass
    assert list(tmp_path.iterdir()) == []
