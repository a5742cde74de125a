"""`python -m benchmarks [--toy | --medium] [NAME …]`."""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks import measured
from benchmarks.report import draw, machine, page
from benchmarks.results import Size

NAMES = ("engines", "city", "scaling", "scenarios", "start", "offices")


def main(given: list[str] | None = None) -> int:
    """Run benchmarks; the whole of them in full size writes `docs/benchmarks.md`, anything else prints its page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(NAMES)} (default all)")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--toy", action="store_const", dest="size", const="toy", help="tiny, to see that all works")
    sizes.add_argument("--medium", action="store_const", dest="size", const="medium", help="a few minutes")
    parser.add_argument("-o", "--output", type=Path, help="write the page and its pictures into this folder")
    found = parser.parse_args(given)
    if unknown := [name for name in found.names if name not in NAMES]:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    size: Size = found.size or "full"
    measured.APART = size != "toy"
    names = [name for name in NAMES if name in found.names] or list(NAMES)
    where, results = machine(), []
    for name in names:
        began = time.perf_counter()
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        results.append(import_module(f"benchmarks.{name}").run(size))
        print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    text = page(results, where)
    folder = found.output or (measured.ROOT / "docs" if size == "full" and len(names) == len(NAMES) else None)
    if folder is None:
        print(text)
        return 0
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.md").write_text(text, encoding="utf-8")
    for chart in (chart for result in results for chart in result.charts):
        draw(chart, folder / "pictures")
    print(folder / "benchmarks.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
