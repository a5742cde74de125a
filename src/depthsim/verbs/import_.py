"""Import (导入): guide tables and records of the national format become a system's guides, with inferred processes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from immutabledict import immutabledict

from depthsim.assessment import rules as lint
from depthsim.errors import Finding, InputError, Location, Severity, UsageError, error, information, warning
from depthsim.exchange import formats
from depthsim.exchange.existing import Existing
from depthsim.exchange.imported import GivenDepartment, Imported, Options, Packed
from depthsim.exchange.inference import item_of
from depthsim.exchange.profile import FIELDS, FOLDER, KNOWN, Meaning, Profile, named, read_profile, unknown_coding
from depthsim.exchange.skeleton import Skeleton, catalogue
from depthsim.exchange.unlisted import Unlisted, add_drafts, names_in, of_drafts
from depthsim.files import load_system, whole_folder, write_text
from depthsim.files.bundled import shown
from depthsim.files.document import both
from depthsim.files.loaded import CITY, GUIDES
from depthsim.files.published import read_published
from depthsim.files.writer import dump, dump_data
from depthsim.model.city import City
from depthsim.model.code_lists import DEPTH_MAPS
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Title
from depthsim.model.service import ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.texts import Lang
from depthsim.texts.suggestions import nearest
from depthsim.verbs.wording import finding_json

KEPT = "default"
"""The name under which the way of reading is kept beside the guides, where none is given."""
MOST_ALIKE = 1000
MOST_NAMED = 10


@dataclass(frozen=True)
class ImportDone:
    """What an import read and wrote.

    `findings` are about the source and how it was taken over, `broken` what the guides have against the rules, both
    with places in the source; of one rule only the first thousand, while `counted` has the number of all by code and
    severity. `processes` counts the inferred processes by the template that they follow.
    """

    path: Path | None
    files: int
    guides: Mapping[str, ServiceGuide]
    departments: Mapping[str, GivenDepartment]
    processes: Mapping[str, int]
    unchanged: int
    dropped: int
    headings: Mapping[str, str | None]
    findings: tuple[Finding, ...]
    broken: tuple[Finding, ...]
    counted: Mapping[tuple[str, Severity], int]
    profile: Path | None = None
    new: bool = True
    written: tuple[str, ...] = field(default=())

    def count(self, severity: Severity) -> int:
        """Return how many findings about the guides have a severity."""
        return sum(number for (_, of), number in self.counted.items() if of is severity)

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return what was read, written and found."""
        return {
            "path": str(self.path) if self.path is not None else None,
            "files": list(self.written),
            "profile": str(self.profile) if self.profile is not None else None,
            "guides": list(self.guides),
            "unchanged": self.unchanged,
            "departments": {key: d.name for key, d in self.departments.items()},
            "processes": dict(self.processes),
            "names_dropped": self.dropped,
            "columns": dict(self.headings),
            "findings": [finding_json(f, lang) for f in self.findings],
            "guide_finding_counts": {code: number for (code, _), number in sorted(self.counted.items())},
            "guide_findings": [finding_json(f, lang) for f in self.broken],
        }


def import_(
    file: str | Path,
    *,
    output: str | Path | None = None,
    profile: str | None = None,
    mapping: str | Path | None = None,
    sheet: str | None = None,
    depth_codes: str | None = None,
    visits: Meaning | None = None,
    format: str | None = None,  # noqa: A002 - as users say it
    processes: bool = True,
    overwrite: bool = False,
    lang: Lang = "en",
) -> ImportDone:
    """Return what a file of guides holds; with `output`, written as a new system, or added to the one there.

    A workbook that `export` wrote comes back as the system that it was, with what was edited in it.

    How to read comes from `profile` (a known source, or a name kept in the system), else from what was kept at the
    last import; `mapping`, `sheet`, `depth_codes` and `visits` go before it. Each guide that has no item yet gets one
    with an inferred process, unless `processes` is false; in a system that is there, of its own places and pools.
    Raises InputError where nothing can be taken over, and where guides differ from those in the system and
    `overwrite` is false: then nothing is written. Raises UsageError for a coding or a meaning that does not exist.
    """
    target = Path(output) if output is not None else None
    if (done := _restored(Path(file), target, overwrite)) is not None:
        return done
    chosen = _profile(target, profile, mapping, sheet, depth_codes, visits)
    found = formats.read(Path(file), Options(chosen, sheet, lang), format)
    kept = _to_keep(chosen, found, sheet)
    existing = target is not None and (target / "system.yaml").is_file()
    if existing and target is not None:
        return _added(found, target, kept, profile, overwrite, lang, processes)
    return _new(found, target, Path(file).name, kept, profile, lang, processes)


def _restored(file: Path, target: Path | None, overwrite: bool) -> ImportDone | None:
    """Return what a workbook that `export` wrote gives back, None for any other file."""
    from depthsim.verbs.restore import restored

    return restored(file, target, overwrite)


def _profile(
    target: Path | None,
    name: str | None,
    mapping: str | Path | None,
    sheet: str | None,
    depth_codes: str | None,
    visits: Meaning | None,
) -> Profile:
    if depth_codes is not None and depth_codes not in DEPTH_MAPS:
        raise UsageError(unknown_coding(depth_codes))
    if visits not in (None, "least", "greatest"):
        raise UsageError(error("DS980", given=visits))
    folder = target if target is not None and target.is_dir() else None
    found = Profile()
    if name is not None:
        found = named(name, folder) if _exists(name, folder, mapping is not None) else Profile()
    elif folder is not None and (kept := folder / FOLDER / f"{KEPT}.yaml").is_file():
        found = read_profile(kept)
    if mapping is not None:
        given = read_profile(Path(mapping))
        changes = {k: v for k in ("sheet", "depth_codes", "visits") if (v := getattr(given, k)) is not None}
        found = found.model_copy(update={**changes, "columns": type(found.columns)({**found.columns, **given.columns})})
    said = {"sheet": sheet, "depth_codes": depth_codes, "visits": visits}
    return found.model_copy(update={key: value for key, value in said.items() if value is not None})


def _exists(name: str, folder: Path | None, mapped: bool) -> bool:
    """Return whether a profile can be read; else, beside a mapping, it is the name to keep that under.

    In a new folder a name like no known one is such a name too. Raises InputError for any other.
    """
    try:
        named(name, folder)
    except InputError:
        fresh = folder is None and nearest(name, KNOWN) is None
        if re.fullmatch("[a-z][a-z0-9_]*", name) and (mapped or fresh):
            return False
        raise
    return True


def _to_keep(chosen: Profile, found: Imported, sheet: str | None) -> Profile:
    """Return the profile to keep: every heading with what it was taken for; numbered ones speak for themselves."""
    taken = {heading: field for heading, field in found.headings.items() if field is None or field in FIELDS}
    columns = {**chosen.columns, **taken}
    return chosen.model_copy(
        update={"columns": type(chosen.columns)(columns), "sheet": sheet or chosen.sheet or None}
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- a new system


def _new(
    found: Imported, target: Path | None, file: str, kept: Profile, name: str | None, lang: Lang, processes: bool
) -> ImportDone:
    """Write a whole new folder, or only say what it would hold."""
    if target is None:
        done, _ = _files(found, "imported", file, lang, processes, None)
        return done
    id_ = re.sub("[^a-z0-9_]", "_", target.name.lower()).strip("_") or "imported"
    id_ = id_ if re.match("[a-z]", id_) else f"s_{id_}"
    with whole_folder(target) as inside:
        done, written = _files(found, id_, file, lang, processes, inside)
        profile = _keep(inside, kept, name)
    written.append(profile.relative_to(inside).as_posix())
    return replace(
        done, path=target, files=len(written), written=tuple(f"{target}/{name}" for name in written),
        profile=target / profile.relative_to(inside),
    )  # fmt: skip


def _files(
    found: Imported, id_: str, file: str, lang: Lang, processes: bool, inside: Path | None
) -> tuple[ImportDone, list[str]]:
    skeleton = Skeleton(found.departments, lang)
    counted: Counter[str] = Counter()
    written: list[str] = []

    def write(path: str, content: str) -> None:
        if inside is not None:
            (inside / path).write_text(content, encoding="utf-8")
        written.append(path)

    if inside is not None:
        (inside / GUIDES).mkdir()
    listed = catalogue(id_, file, found.departments.values())
    rules = _Rules(found.place, _codes(found.guides), City.model_validate(listed))
    guides = Packed()
    named: set[tuple[str, str]] = set()
    for key, guide in found.guides.items():
        named.update(names_in(guide))
        wanted = processes and guide.process is None and guide.application_based is not False
        if wanted:
            item = item_of(guide, skeleton.around(guide), lang)
            counted[_template(item)] += 1
            write(f"{key}.yaml", dump_data(item))
        elif guide.process is None:
            guide = guide.model_copy(update={"process": "none"})
        guides.add(guide)
        rules.look_at(guide)
        write(f"{GUIDES}/{key}.yaml", dump(guide))
    write("system.yaml", dump_data(skeleton.system(id_, file)))
    add_drafts(listed, named, lang)
    write(CITY, dump_data(listed))
    of_names = [f.at(Location(CITY)) for f in of_drafts(named)]
    done = ImportDone(
        None, 0, guides, found.departments, dict(sorted(counted.items())), 0, found.dropped, found.headings,
        (*found.findings, *of_names), tuple(rules.kept), rules.counted,
    )  # fmt: skip
    return done, written


def _template(item: Mapping[str, Any]) -> str:
    """Return the template that an inferred process follows, by the step that only it has."""
    steps = item["process"]["steps"]
    for step, template in (("prereview", "level_ii"), ("show_originals", "level_iii"), ("verify_online", "level_iv")):
        if step in steps:
            return template
    return "level_i"


def _keep(folder: Path, profile: Profile, name: str | None) -> Path:
    plain = name if name is not None and re.fullmatch("[a-z][a-z0-9_]*", name) else KEPT
    return write_text(folder / FOLDER / f"{plain}.yaml", dump(profile))


class _Rules:
    """What the rules find in guides, with places in the source; that a process is missing is no news."""

    def __init__(
        self,
        place: Callable[[tuple[str | int, ...]], Location],
        codes: Mapping[str, Mapping[str, Title]],
        city: City | None,
        items: Mapping[str, ServiceItem] = immutabledict(),
    ) -> None:
        self._place, self._codes, self._city, self._items = place, codes, city, items
        self.kept: list[Finding] = []
        self.counted: Counter[tuple[str, Severity]] = Counter()

    def look_at(self, guide: ServiceGuide) -> None:
        """Keep and count what one guide has against them."""
        for finding in lint.guide_findings(
            guide, lint.Surroundings(self._items.get(guide.id), self._city, self._codes)
        ):
            if finding.code != "DS814":
                self.counted[finding.code, finding.severity] += 1
                if self.counted[finding.code, finding.severity] <= MOST_ALIKE:
                    self.kept.append(finding.at(self._place(finding.path)))


def _codes(*guides: Mapping[str, ServiceGuide]) -> Mapping[str, Mapping[str, Title]]:
    """Return the guides that publish an item code, by code; of two with one id the later counts."""
    known: dict[str, tuple[str | None, Title]] = {}
    for some in guides:
        known |= some.codes if isinstance(some, Packed) else {key: (g.code, g.name) for key, g in some.items()}
    users: dict[str, dict[str, Title]] = {}
    for key, (code, name) in known.items():
        if code is not None:
            users.setdefault(code, {})[key] = name
    return users


# ------------------------------------------------------------------------------------------- a system that is there


def _added(
    found: Imported, target: Path, kept: Profile, name: str | None, overwrite: bool, lang: Lang, processes: bool
) -> ImportDone:
    """Add guides to a system, and items with inferred processes for those that are new; all else stays as it is."""
    system = load_system(target).system
    published = read_published(target, system)
    city = published.city
    fitted, findings = _fitted(found, system, city)
    items = _Added(system, published.guides, processes, lang)
    guides = Packed(items.guide(guide) for guide in fitted.values())
    files = {key: (target / GUIDES / f"{key}.yaml") for key in guides}
    there = {key: path for key, path in files.items() if path.is_file()}
    same = {key for key in there if _alike(published.guides.get(key), guides[key])}
    other = {key: path for key, path in there.items() if key not in same}
    place = Location(shown(target / GUIDES))
    if other:
        more = tuple(shown(path) for path in list(other.values())[:MOST_NAMED])
        if not overwrite:
            raise InputError([*findings, error("DS981", number=len(other), files=more).at(place)])
        findings.append(information("DS982", number=len(other), files=more).at(place))
        if stay := [key for key in other if key in system.items]:
            findings.append(information("DS795", number=len(stay), items=stay[:MOST_NAMED]).at(Location(shown(target))))
    findings += [finding.at(Location(shown(target / "system.yaml"))) for finding in items.findings()]
    written = [str(write_text(target / f"{key}.yaml", content)) for key, content in items.files.items()]
    written += [str(write_text(files[key], dump(guide))) for key, guide in guides.items() if key not in same]
    profile = _keep(target, kept, name)
    around = city or City(id="city", name={"zh": "city", "en": "city"})  # type: ignore[arg-type]
    rules = _Rules(found.place, _codes(published.guides, guides), around, system.items)
    for guide in guides.values():
        rules.look_at(guide)
    return ImportDone(
        target, len(written), guides, found.departments, dict(sorted(items.counted.items())), len(same), found.dropped,
        found.headings, (*found.findings, *findings), tuple(rules.kept), rules.counted, profile, False, tuple(written),
    )  # fmt: skip


def _alike(before: ServiceGuide | None, now: ServiceGuide) -> bool:
    """Return whether two guides say the same: another file, or another row of it, is no change."""
    return before is not None and before.model_copy(update={"source": now.source}) == now


class _Added:
    """Items for the guides that come into a system which has none of them yet."""

    def __init__(self, system: ServiceSystem, there: Mapping[str, ServiceGuide], processes: bool, lang: Lang) -> None:
        self._system, self._there, self._processes, self._lang = system, there, processes, lang
        self._around = Existing(system)
        self._without = 0
        self.files: dict[str, str] = {}
        self.counted: Counter[str] = Counter()

    def guide(self, guide: ServiceGuide) -> ServiceGuide:
        """Return a guide as it is written, having made its item where it needs one."""
        before = self._there.get(guide.id)
        if guide.process is not None or guide.id in self._system.items:
            return guide
        if before is not None and before.process is not None:  # somebody said that it has none
            return guide.model_copy(update={"process": before.process})
        if not self._processes or guide.application_based is False:
            return guide if before is not None else guide.model_copy(update={"process": "none"})
        if not self._around.enough:
            self._without += 1
            return guide
        item = item_of(guide, self._around.around(guide), self._lang)
        self.counted[_template(item)] += 1
        self.files[guide.id] = dump_data(item)
        return guide

    def findings(self) -> list[Finding]:
        """Return what the system lacks for them."""
        found = [
            warning("DS796", department=self._called(key), pool=pool) for key, pool in self._around.borrowed.items()
        ]
        return [*found, warning("DS797", number=self._without)] if self._without else found

    def _called(self, key: str) -> Any:
        return self._system.departments[key].name if key else both("exchange.no_department")


def _fitted(found: Imported, system: ServiceSystem, city: City | None) -> tuple[Packed, list[Finding]]:
    """Return the guides with the system's own ids of departments; names that it does not have are findings."""
    names: dict[str, str] = {}
    for key, own in system.departments.items():
        names |= {key: key, own.name.zh: key, own.name.en: key}
    for key, listed in city.departments.items() if city else ():
        names |= {key: key, listed.name.zh: key, listed.name.en: key}
        if listed.credit_code:
            names[listed.credit_code] = key
    known = {
        given.id: names.get(given.credit_code or "") or names.get(given.name) or names.get(given.id)
        for given in found.departments.values()
    }
    guides = Packed()
    findings: list[Finding] = []
    missing: set[str] = set()
    unlisted = Unlisted(city, found.places.__getitem__)
    for key, whole in found.guides.items():
        guide = unlisted.without(whole)
        guides.add(guide)
        if guide.department is None or (own_id := known.get(guide.department)) == guide.department:
            continue
        raw = guide.raw
        if own_id is None:
            called = found.departments[guide.department].name
            raw = type(raw)({**raw, "department": called})
            if called not in missing:
                findings.append(warning("DS983", given=called, known=tuple(system.departments)).at(found.places[key]))
            missing.add(called)
        guides.add(guide.model_copy(update={"department": own_id, "raw": raw}))
    return guides, [*findings, *unlisted.findings]
