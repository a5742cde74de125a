"""An item without a system beside it is classified and drawn, but not run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from depthsim.errors import InputError
from depthsim.files import load_system
from depthsim.verbs.compare import compare
from depthsim.verbs.simulate import simulate

ITEM = Path(__file__).parents[1] / "examples" / "demo_hall" / "food_business_licence.yaml"


@pytest.fixture
def lone(tmp_path: Path) -> Path:
    return Path(shutil.copy(ITEM, tmp_path))


def test_a_lone_item_is_not_simulated(lone: Path) -> None:
    with pytest.raises(InputError) as caught:
        simulate(lone, horizon_days=1, replications=1)
    assert [(f.code, Path(f.location.file).name) for f in caught.value.findings if f.location] == [("DS628", lone.name)]


def test_nor_compared(lone: Path) -> None:
    with pytest.raises(InputError) as caught:
        compare(lone, ["courier"], horizon_days=1, replications=1)
    assert [f.code for f in caught.value.findings] == ["DS628"]


def test_a_value_that_names_unknown_pools_is_refused() -> None:
    system = load_system("fuzhou").system
    with pytest.raises(InputError) as caught:
        simulate(system.model_copy(update={"pools": {}}), horizon_days=1, replications=1)
    assert {f.code for f in caught.value.findings} == {"DS143"}
