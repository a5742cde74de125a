"""Run every command that the docs show, and write what it prints back into them; `--check` compares only.

In a ```console block, a line `$ depthsim …` is a command and what follows is its output (standard error included).
A line `…` stands for lines left out. After `<!-- file: NAME -->` comes a block with a file's content; after
`<!-- change: NAME -->` a ```diff block whose `-` line becomes the `+` line after it. All blocks of a page run in one
new folder, in order, 80 columns wide, in the page's language.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "README.zh.md", "docs/tutorial.md", "docs/tutorial.zh.md")
LEFT_OUT = "…"
_BLOCK = re.compile(r"(?:<!-- (file|change): (\S+) -->\n\n?)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOISE = re.compile(r"^Fontconfig (?:warning|error):")


@dataclass(slots=True)
class Shown:
    """A command with the output that the page shows."""

    command: str
    lines: list[str] = field(default_factory=list)


def environment(page: Path) -> dict[str, str]:
    """Return the environment in which a page's commands run: its language, 80 columns, no colours."""
    lang = "zh_CN.UTF-8" if page.name.endswith(".zh.md") else "en_US.UTF-8"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "FORCE_COLOR", "DEPTHSIM"))}
    here = str(Path(sys.executable).parent)
    return kept | {
        "LANG": lang, "COLUMNS": "80", "PYTHONUTF8": "1", "NO_COLOR": "1", "TERM": "dumb",
        "PATH": here + os.pathsep + os.environ.get("PATH", ""),
    }  # fmt: skip


def run(command: str, folder: Path, env: dict[str, str]) -> list[str]:
    """Return the lines that a command prints, both streams together, without what fontconfig says."""
    done = subprocess.run(
        command, shell=True, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    lines = [line.rstrip() for line in done.stdout.splitlines() if not _NOISE.match(line)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def commands(block: str) -> list[Shown]:
    """Return a console block's commands with the output shown for each."""
    found: list[Shown] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line[2:]))
        elif found:
            found[-1].lines.append(line.rstrip())
    for shown in found:
        while shown.lines and not shown.lines[-1]:
            shown.lines.pop()
    return found


def matches(shown: list[str], printed: list[str]) -> bool:
    """Return whether the output shown is what was printed, where `…` stands for any lines."""
    parts = "\n".join(["", *shown, ""]).split(f"\n{LEFT_OUT}\n")
    pattern = r"\n(?:.*\n)*?".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, "\n".join(["", *printed, ""])) is not None


def refreshed(shown: list[str], printed: list[str]) -> list[str]:
    """Return what a page should show: as much of what was printed as it shows now, cut at the same places."""
    if not shown or LEFT_OUT not in shown:
        return printed
    parts: list[list[str]] = [[]]
    for line in shown:
        if line == LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(line)
    found: list[str] = []
    begin = 0
    for number, part in enumerate(parts):
        if number:
            found.append(LEFT_OUT)
        if not part:
            continue
        last = number == len(parts) - 1
        start = len(printed) - len(part) if last else 0 if not number else _like(part[0], printed, begin)
        found += printed[start : start + len(part)]
        begin = start + len(part)
    return found


def _like(line: str, printed: list[str], begin: int) -> int:
    for length in (len(line), 24, 12, 6):
        for n in range(begin, len(printed)):
            if printed[n][:length] == line[:length]:
                return n
    raise ValueError(f"no line like {line!r} is printed any more: show the output anew")


def _change(file: Path, block: str) -> None:
    """Make the changes of a diff block."""
    content = file.read_text(encoding="utf-8")
    old: str | None = None
    for line in block.splitlines():
        if line.startswith("-"):
            old = line[1:].strip()
        elif line.startswith("+") and old is not None:
            if content.count(old) != 1:
                raise ValueError(f"{file.name}: {old!r} stands there {content.count(old)} times")
            content, old = content.replace(old, line[1:].strip()), None
    file.write_text(content, encoding="utf-8")


def walk_through(page: Path, folder: Path) -> Iterator[tuple[Shown, list[str]]]:
    """Do what a page says in a folder; yield each command with what it prints."""
    env = environment(page)
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        what, name, language, content = block.groups()
        if what == "file":
            (folder / name).write_text(content, encoding="utf-8")
        elif what == "change":
            _change(folder / name, content)
        elif language == "console":
            for shown in commands(content):
                yield shown, run(shown.command, folder, env)


def refresh(page: Path) -> bool:
    """Write a page anew with what its commands print; return whether it changed."""
    with tempfile.TemporaryDirectory() as folder:
        results = iter(list(walk_through(page, Path(folder))))

    def anew(block: re.Match[str]) -> str:
        if block[3] != "console":
            return block[0]
        pieces = []
        for _ in commands(block[4]):
            shown, printed = next(results)
            pieces.append("\n".join([f"$ {shown.command}", *refreshed(shown.lines, printed)]))
        return "```console\n" + "\n\n".join(pieces) + "\n```"

    before = page.read_text(encoding="utf-8")
    after = _BLOCK.sub(anew, before)
    if after != before:
        page.write_text(after, encoding="utf-8")
    return after != before


def stale(page: Path, folder: Path) -> list[str]:
    """Return the commands of a page whose output is not what the page shows, with what they print."""
    return [
        f"$ {shown.command}\n" + "\n".join(printed)
        for shown, printed in walk_through(page, folder)
        if not matches(shown.lines, printed)
    ]


def main(check: bool) -> int:
    """Refresh the pages, or say which are not current; returns the exit status."""
    status = 0
    for name in PAGES:
        page = ROOT / name
        if not page.is_file():
            continue
        if check:
            with tempfile.TemporaryDirectory() as folder:
                for wrong in stale(page, Path(folder)):
                    print(f"{name} does not show what is printed now:\n{wrong}\n", file=sys.stderr)
                    status = 1
        elif refresh(page):
            print(f"{name} written anew")
    return status


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
