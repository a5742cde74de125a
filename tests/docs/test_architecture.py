"""The architecture page says what the contracts say, and every link of the docs leads somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "README.zh.md"]
LINK = re.compile(r"(?:\]\(|href=\"|src=\")([^)\s\"]+)[)\"]")


def test_layers_are_those_of_the_contract() -> None:
    (layers,) = (c["layers"] for c in CONTRACTS if c["type"] == "layers")
    shown = re.search(r"^```layers\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert shown[1].splitlines() == layers


def test_homes_are_those_of_the_contracts() -> None:
    homes = {c["id"]: c["name"] for c in CONTRACTS if c["type"] == "forbidden"}
    assert dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", PAGE, re.MULTILINE)) == homes


def test_folders_shown_exist_and_none_is_missing() -> None:
    tree = PAGE.split("src/depthsim/\n")[1].split("\n\nworkflows/")[0]
    shown = set(re.findall(r"^  (\w+)/ ", tree, re.MULTILINE))
    package = ROOT / "src" / "depthsim"
    assert shown == {p.name for p in package.iterdir() if (p / "__init__.py").is_file()}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    for link in LINK.findall(content):
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            text = target.read_text(encoding="utf-8")
            assert f'id="{anchor}"' in text or anchor in map(slug, re.findall(r"^#+ (.*)$", text, re.MULTILINE)), link


def slug(heading: str) -> str:
    """Return the anchor that readers of Markdown give to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
