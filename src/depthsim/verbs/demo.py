"""Demo (演示): the main job on the bundled Fuzhou system: levels, trips saved, what first, diagrams and results."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from depthsim.files import load_scheme, load_system, read_scenario, write_bytes, write_text
from depthsim.texts import Lang
from depthsim.verbs.check import Numbers, numbers
from depthsim.verbs.classify import STANDARD, Classified, classified
from depthsim.verbs.compare import Comparison, compare
from depthsim.verbs.draw import draw
from depthsim.verbs.inputs import under
from depthsim.verbs.plan import Plan, plan
from depthsim.verbs.sensitivity import Sensitivity, sensitivity

SYSTEM = "fuzhou"
SCENARIO = "full_package"
FOLDER = "depthsim-demo"
REPLICATIONS = 5
HORIZON_DAYS = 30.0
BUDGET = 1_000_000.0
"""What the plan may cost, in the currency of the bundled costs."""
DRAWS = 40
"""Draws of the assumptions, by the exact model."""

Progress = Callable[[float, float], None]


@dataclass(frozen=True)
class Levels:
    """The levels of the bundled system before and after the reforms, and the origins of the input's numbers."""

    before: Classified
    after: Classified
    numbers: Numbers


@dataclass(frozen=True)
class Demo:
    """What the demonstration found, and the files that it wrote below `folder`."""

    levels: Levels
    comparison: Comparison
    plan: Plan
    sensitivity: Sensitivity
    folder: Path
    files: tuple[Path, ...]

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return levels before and after, comparison, plan, origins of the numbers, and the files."""
        n = self.levels.numbers
        return {
            "levels": self.levels.before.to_json(lang),
            "levels_after": self.levels.after.to_json(lang),
            "comparison": self.comparison.to_json(lang),
            "plan": self.plan.to_json(lang),
            "sensitivity": self.sensitivity.to_json(lang),
            "numbers": {"total": n.total, "assumptions": n.assumed, "sourced": n.sourced, "neither": n.bare},
            "folder": str(self.folder),
            "files": [str(f) for f in self.files],
        }


def demo(
    folder: str | Path = FOLDER,
    *,
    replications: int = REPLICATIONS,
    horizon_days: float = HORIZON_DAYS,
    seed: int | None = None,
    jobs: int | None = 1,
    lang: Lang = "en",
    levels_known: Callable[[Levels], None] = lambda _levels: None,
    simulating: Progress | None = None,
    planning: Progress | None = None,
    drawing: Progress | None = None,
) -> Demo:
    """Classify the bundled Fuzhou system, simulate a package of reforms, plan which ones first, draw, write all down.

    Files of an earlier demonstration are replaced. `levels_known` is told the levels before the long work begins.
    Raises InputError where the folder cannot be written.
    """
    loaded = load_system(SYSTEM)
    scenario = read_scenario(SCENARIO)
    scheme = load_scheme(STANDARD)
    target = Path(folder)
    reformed = under(loaded.system, scenario)
    documents = [*loaded.sources.documents.values(), *([scenario.document] if scenario.document else [])]
    levels = Levels(
        classified(loaded.system, scheme, sources=loaded), classified(reformed.system, scheme), numbers(documents)
    )
    files = [write_text(target / "levels.json", _text(levels.before.to_json(lang)))]
    files.append(write_text(target / "levels_after.json", _text(levels.after.to_json(lang))))
    levels_known(levels)
    comparison = compare(
        loaded,
        [scenario],
        replications=replications,
        horizon_days=horizon_days,
        seed=seed,
        jobs=jobs,
        progress=simulating,
    )
    files.append(write_text(target / "comparison.json", _text(comparison.to_json(lang))))
    files.append(write_text(target / "comparison.csv", _csv(comparison.table())))
    first = plan(
        loaded,
        budget=BUDGET,
        replications=replications,
        horizon_days=horizon_days,
        seed=seed,
        jobs=jobs,
        simulating=planning,
    )
    files += [write_bytes(target / "plan" / name, content) for name, content in first.files(lang).items()]
    moved = sensitivity(loaded, scenario, draws=DRAWS, headline_only=True)
    diagrams = target / "diagrams"
    files += draw(loaded, output=diagrams, lang=lang, progress=drawing).files
    files += draw(loaded, scenario=scenario, diff=True, output=diagrams, lang=lang, progress=drawing).files
    return Demo(levels, comparison, first, moved, target, tuple(files))


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _csv(rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV, with the mark that makes spreadsheets read it as UTF-8."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + stream.getvalue()
