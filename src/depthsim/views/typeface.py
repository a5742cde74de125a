"""The bundled Chinese typeface: found without any font on the machine, and asked which characters it lacks."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tempfile
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from depthsim.errors import Finding, warning
from depthsim.errors import Path as ValuePath
from depthsim.files.cache import cache_folder

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
    own = cache_folder(name)
    return ([own] if own else []) + [Path(tempfile.gettempdir()) / f"{name}-{os.getpid()}"]


@cache
def characters() -> frozenset[int]:
    """Return the code points that the bundled font can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(FONT_FILE, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def font_face(characters: frozenset[str]) -> str:
    """Return a CSS rule that carries these characters of the bundled font: about 140 bytes a Chinese one.

    With it a browser shows the letters of the layout, also on a machine that has no Chinese font.
    """
    from fontTools import subset

    options = subset.Options(flavor="woff", hinting=False, layout_features=[], name_IDs=[1, 2])
    font = subset.load_font(str(FONT_FILE), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(characters)))
    cutter.subset(font)
    held = io.BytesIO()
    subset.save_font(font, held, options)
    data = base64.b64encode(held.getvalue()).decode("ascii")
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff;base64,{data}) format("woff")}}'


def missing(text: str) -> str:
    """Return the characters of a text that the bundled font lacks, each once, in order."""
    known = characters()
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and not c.isspace()))


def findings(text: str, path: ValuePath = ()) -> tuple[Finding, ...]:
    """Return a warning that names the characters of a text that will show as empty boxes, or nothing."""
    lacking = missing(text)
    return (warning("DS703", path, characters=list(lacking[:20]), count=len(lacking)),) if lacking else ()
