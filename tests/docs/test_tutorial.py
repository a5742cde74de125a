"""Every command that the README and the tutorial show is run, and must print what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import ROOT, tool

refresh_docs = tool("refresh_docs")


@pytest.mark.parametrize("name", refresh_docs.PAGES)
def test_pages_show_what_commands_print(name: str, tmp_path: Path) -> None:
    wrong = refresh_docs.stale(ROOT / name, tmp_path)
    assert not wrong, f"{name}: run `make docs`\n" + "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["a", "c"], False),
        (["a"], ["a", "b"], False),
        (["a", "…", "d"], ["a", "b", "c", "d"], True),
        (["a", "…", "d"], ["a", "d"], True),
        (["a", "…", "d"], ["a", "b", "e"], False),
        (["a", "…"], ["a", "b", "c"], True),
        (["…", "2.5"], ["x", "215"], False),
    ],
)
def test_ellipses_stand_for_whole_lines_only(shown: list[str], printed: list[str], same: bool) -> None:
    assert refresh_docs.matches(shown, printed) is same


def test_languages_show_the_same_commands() -> None:
    for english, chinese in (("README.md", "README.zh.md"), ("docs/tutorial.md", "docs/tutorial.zh.md")):
        both = [
            [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line.startswith("$ depthsim")]
            for name in (english, chinese)
        ]
        assert both[0] == both[1]
        assert both[0]
