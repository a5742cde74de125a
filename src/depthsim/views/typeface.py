"""The bundled Chinese typeface: found without any font on the machine, and asked which characters it lacks."""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from depthsim.errors import Finding, warning
from depthsim.errors import Path as ValuePath

FAMILY = "Noto Sans SC"
FONT_FILE = Path(__file__).with_name("fonts") / "NotoSansSC-subset.otf"
SVG_FAMILIES = (
    FAMILY, "Source Han Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei",
    "SimHei", "sans-serif",
)  # fmt: skip
"""What a browser is asked for, in this order: the font of the layout, then those of the usual systems."""

# Bold is drawn from the regular weight, as fontconfig's own 90-synthetic.conf does: one weight is bundled.
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <match target="font">
    <test name="weight" compare="less_eq"><const>medium</const></test>
    <test target="pattern" name="weight" compare="more_eq"><const>bold</const></test>
    <edit name="embolden" mode="assign"><bool>true</bool></edit>
    <edit name="weight" mode="assign"><const>bold</const></edit>
  </match>
</fontconfig>
"""


@cache
def install() -> Path:
    """Make the bundled font the only one that fontconfig sees in this process, and return the file that says so.

    To be called before the first layout: fontconfig reads its settings once. The file lies in the user's cache
    folder, or in a new temporary one where that cannot be written; nothing is written beside the program.
    """
    said = _FONTCONFIG.format(fonts=escape(str(FONT_FILE.parent)), cache="{cache}")
    name = "depthsim-" + hashlib.sha256(said.encode()).hexdigest()[:12]
    for folder in _folders(name):
        file = folder / "fonts.conf"
        content = said.replace("{cache}", escape(str(folder / "cache")))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not file.is_file() or file.read_text(encoding="utf-8") != content:
                handle, new = tempfile.mkstemp(dir=folder)
                with os.fdopen(handle, "w", encoding="utf-8") as out:
                    out.write(content)
                Path(new).replace(file)
        except OSError:
            continue
        os.environ["FONTCONFIG_FILE"] = str(file)
        return file
    return FONT_FILE


def _folders(name: str) -> list[Path]:
    cache_home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    found = []
    if cache_home or os.environ.get("HOME") or os.environ.get("USERPROFILE"):
        found.append((Path(cache_home) if cache_home else Path.home() / ".cache") / "depthsim" / name)
    found.append(Path(tempfile.gettempdir()) / f"{name}-{os.getpid()}")
    return found


@cache
def characters() -> frozenset[int]:
    """Return the code points that the bundled font can draw (its `cmap` table)."""
    data = FONT_FILE.read_bytes()
    tables = {data[o : o + 4]: struct.unpack(">II", data[o + 8 : o + 16]) for o in range(12, 12 + 16 * data[5], 16)}
    start = tables[b"cmap"][0]
    found: set[int] = set()
    for n in range(struct.unpack(">H", data[start + 2 : start + 4])[0]):
        at = start + struct.unpack(">I", data[start + 8 + 8 * n : start + 12 + 8 * n])[0]
        kind = struct.unpack(">H", data[at : at + 2])[0]
        if kind == 12:
            groups = struct.unpack(">I", data[at + 12 : at + 16])[0]
            for g in range(groups):
                first, last, _ = struct.unpack(">III", data[at + 16 + 12 * g : at + 28 + 12 * g])
                found.update(range(first, last + 1))
        elif kind == 4:
            found |= _format_4(data, at)
    return frozenset(found)


def _format_4(data: bytes, at: int) -> set[int]:
    twice = struct.unpack(">H", data[at + 6 : at + 8])[0]
    count = twice // 2
    ends = struct.unpack(f">{count}H", data[at + 14 : at + 14 + twice])
    starts = struct.unpack(f">{count}H", data[at + 16 + twice : at + 16 + 2 * twice])
    return {c for first, last in zip(starts, ends, strict=True) for c in range(first, last + 1)} - {0xFFFF}


def missing(text: str) -> str:
    """Return the characters of a text that the bundled font lacks, each once, in order."""
    known = characters()
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and not c.isspace()))


def findings(text: str, path: ValuePath = ()) -> tuple[Finding, ...]:
    """Return a warning that names the characters of a text that will show as empty boxes, or nothing."""
    lacking = missing(text)
    return (warning("DS703", path, characters=list(lacking[:20]), count=len(lacking)),) if lacking else ()
