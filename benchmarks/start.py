"""How long commands take whose work is small, and how long a city takes to be read and classified."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks import measured
from benchmarks.results import Result, Size, Table

ITEMS = {"toy": 5, "medium": 300, "full": 2_000}
RUNS = {"toy": 1, "medium": 3, "full": 5}


def run(size: Size) -> Result:
    """Return the best of several runs of each command."""
    items = ITEMS[size]
    with tempfile.TemporaryDirectory() as made:
        city, bare = Path(made) / "city", Path(made) / "bare"
        measured.command("new", "system", "city", "--items", items, "--seed", 1, "-o", made)
        bare.mkdir()
        for file in city.glob("*.yaml"):
            if file.name != "catalogue.yaml":
                text = file.read_text(encoding="utf-8")
                if file.name == "system.yaml":
                    text = text.replace("id: city\n", "id: bare\n", 1)
                (bare / file.name).write_text(text, encoding="utf-8")
        rows = [
            _best(size, "--help", "--help"),
            _best(size, "classify, one item", "classify", "fuzhou/outdoor_advertising"),
            _best(size, f"classify, {items:,} items", "classify", city),
            _best(size, f"check, {items:,} items", "check", bare),
            _best(size, f"check, {items:,} items with their guides", "check", city),
        ]
    text = (
        f"Each command is a process; its start counts. The best of {RUNS[size]} runs. The items are those of"
        f" `depthsim new system city --items {items} --seed 1`: a file each, and a file a guide."
    )
    return Result("Start and reading", [text], [Table(("command", "seconds", "CPU seconds", "peak MiB"), rows)])


def _best(size: Size, what: str, *arguments: Any) -> tuple[str, ...]:
    best = min((measured.command(*arguments) for _ in range(RUNS[size])), key=lambda done: done.wall_seconds)
    return what, f"{best.wall_seconds:.2f}", f"{best.cpu_seconds:.2f}", f"{best.peak_mib:.0f}"
