"""For all tests: quantiles are kept for this run alone, so that each run works them out once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from depthsim.files import cache


@pytest.fixture(scope="session", autouse=True)
def own_numbers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give this process a folder of its own for numbers; processes that it starts keep the user's."""
    folder, found = tmp_path_factory.mktemp("numbers"), cache.cache_folder
    with pytest.MonkeyPatch.context() as patch:
        users = found("numbers")

        def chosen(name: str) -> Path | None:
            asked = found(name)
            return folder if name == "numbers" and asked == users else asked

        patch.setattr(cache, "cache_folder", chosen)
        yield folder
