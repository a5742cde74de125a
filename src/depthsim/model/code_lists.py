"""Closed lists of published guides: our words and their codes, and how declared depths are coded.

A guide keeps a word that is outside its list, as published; rules find it. What a word is called stands in
`texts/labels.yaml`, as `list_LIST_WORD`. Lists after annex A of GB/T 39046-2020 and the exchange format of the
national platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from immutabledict import immutabledict

from depthsim.model.level import Level

GBT_39046 = "GB/T 39046-2020"
NATIONAL_FORMAT = "national_format"
SCHEME_2018 = "scheme_2018"
"""Sources; `texts/labels.yaml` has the words for those that are no official names."""


@dataclass(frozen=True)
class CodeList:
    """One closed list: each word with its code in the source, None where the source gives no code."""

    name: str
    sources: tuple[str, ...]
    codes: Mapping[str, str | None]

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words, in the order of the source."""
        return tuple(self.codes)

    def __contains__(self, word: object) -> bool:
        return word in self.codes

    def word(self, code: str) -> str | None:
        """Return the word of a code (leading zeros do not matter), None where the list has none."""
        bare = code.strip().lstrip("0")
        return next((w for w, c in self.codes.items() if c is not None and c.lstrip("0") == bare), None)


def _list(name: str, *sources: str, **codes: str | None) -> CodeList:
    return CodeList(name, sources, immutabledict(codes))


_ALL = (
    _list("type", f"{GBT_39046} A.1", licence="01", penalty="02", coercion="03", levy="04", payment="05",
          inspection="06", confirmation="07", award="08", adjudication="09", other="10", public_service="20"),
    _list("power_source", SCHEME_2018, own="1", granted_by_superior="2", granted_by_peer="3",
          entrusted_by_superior="4", entrusted_by_peer="5", handed_down="6"),
    _list("handling", f"{GBT_39046} A.6", SCHEME_2018, immediate="1", committed="2", forwarded=None),
    _list("exercise_level", f"{GBT_39046} A.2", national="1", provincial="2", municipal="3", county="4",
          township="5", village="6", by_level="7"),
    _list("body_nature", f"{GBT_39046} A.3", statutory_organ="1", authorised_organisation="2",
          entrusted_organisation="3", other="9"),
    _list("audience", f"{GBT_39046} A.4", natural_person="1", enterprise="2", public_institution="3",
          social_organisation="4", administrative_organ="5", other_organisation="6", legal_person=None),
    _list("forms", f"{GBT_39046} A.5", window="1", computer="2", mobile="3", post="4", other="9"),
    _list("special_procedure", f"{GBT_39046} A.7", extension="1", other="2"),
    _list("material_type", NATIONAL_FORMAT, certificate="1", form="2", other="3"),
    _list("material_source", NATIONAL_FORMAT, applicant="10", government="20", intermediary=None, other="99"),
    _list("medium", NATIONAL_FORMAT, SCHEME_2018, paper="1", electronic="2", original=None, copy=None),
    _list("necessity", NATIONAL_FORMAT, always="1", optional="2", may_follow="3"),
    _list("result_type", NATIONAL_FORMAT, certificate="10", approval="20", other="99"),
)  # fmt: skip
CODE_LISTS: Mapping[str, CodeList] = immutabledict({one.name: one for one in _ALL})
"""The closed lists by name."""


@dataclass(frozen=True)
class DepthMap:
    """How one source codes the declared depth; `several`: a guide may name several codes at once."""

    name: str
    levels: Mapping[str, Level | None]
    several: bool = False

    def level(self, codes: Iterable[str]) -> Level | None:
        """Return the level that codes declare: the highest of those that the map knows, None where it knows none.

        In the national coding, handling online (5) with the result fed back (6, 7) is a candidate of level IV.
        """
        given = set(codes)
        if self.name == "national" and "5" in given and given & {"6", "7"}:
            return Level.IV
        found = [level for code in given if (level := self.levels.get(code)) is not None]
        return max(found, default=None)


def _depths(name: str, levels: Mapping[str, Level | None], several: bool = False) -> DepthMap:
    return DepthMap(name, immutabledict(levels), several)


_I, _II, _III, _IV = Level.I, Level.II, Level.III, Level.IV
_DEPTHS = (
    _depths("levels", {"I": _I, "II": _II, "III": _III, "IV": _IV}),
    _depths(
        "national",
        {"1": _I, "2": _II, "3": _II, "4": _III, "5": _III, "6": None, "7": None, "8": None},
        several=True,
    ),
    _depths("shandong_province", {"1": _IV, "2": _II, "3": _I, "4": _III}),
    _depths("shandong_city", {"2": _IV, "1": _II, "0": _I, "4": _III}),
    _depths("fujian_stars", {"1": _I, "2": _I, "3": _II, "4": _III, "5": _IV}),
)
DEPTH_MAPS: Mapping[str, DepthMap] = immutabledict({one.name: one for one in _DEPTHS})
"""The codings of depth by name: they contradict each other, so that a code means nothing without its coding."""
