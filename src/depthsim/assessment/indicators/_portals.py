"""What portals publish beside the platform: do their values differ from the guide's, do they link to the platform."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from depthsim.assessment.subject import Subject
from depthsim.model.city import Portal
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Publication


def differing(subject: Subject, guide: ServiceGuide, publication: Publication) -> dict[str, tuple[str, str]]:
    """Return the fields that read otherwise on a portal than on the platform, with both texts (here, there).

    What the platform says is its own publication's value, else the guide's. Fields that the guide does not have
    are not compared.
    """
    reference = {
        key: text
        for p in guide.published_on or ()
        if subject.kind_of_portal(p.portal) == "provincial_platform" and p is not publication
        for key, text in p.values.items()
    }
    found: dict[str, tuple[str, str]] = {}
    for key, here in publication.values.items():
        known = [reference[key]] if key in reference else list(texts_of(getattr(guide, key, None)))
        if known and _plain(here) not in {_plain(text) for text in known}:
            found[key] = (here, known[0])
    return found


def texts_of(value: object) -> Iterable[str]:
    """Yield the texts that a field's value may read as."""
    if value is None:
        return
    if isinstance(value, bool):
        yield from (("是", "true", "1", "yes") if value else ("否", "false", "0", "no"))
    elif isinstance(value, (str, int, float)):
        yield str(value)
    elif hasattr(value, "in_words"):
        yield from (value.in_words("zh"), value.in_words("en"))
        if getattr(value, "text", None):
            yield str(getattr(value, "text"))  # noqa: B009 - of any value that has one
    elif hasattr(value, "zh"):
        yield from (value.zh, str(getattr(value, "en", value.zh)))
    elif hasattr(value, "count") and not isinstance(value, (tuple, list)):
        yield str(value.count)
    elif isinstance(value, (tuple, list)) and all(isinstance(v, str) for v in value):
        yield from ("、".join(value), "; ".join(value), ", ".join(value), "，".join(value), "".join(value))


def _plain(text: str) -> str:
    """Return a text without what no reader minds: width of characters, blanks, case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def leads_to_platform(subject: Subject, portal: Portal) -> tuple[bool | None, bool | None]:
    """Return whether a site's home page has a working link to the platform, and whether it is prominent.

    None: nobody has looked. A link is to the platform by its id, or by the address of the platform or its channel.
    """
    city = subject.city
    if portal.links is None or city is None:
        return None, None
    platform = city.portals[city.platform] if city.platform else None
    addresses = [a for a in ((platform.url, platform.channel) if platform else ()) if a]
    addresses += [portal.channel] if portal.channel else []
    working = [
        link for link in portal.links
        if link.works is not False and (link.to == city.platform or any(_under(link.to, a) for a in addresses))
    ]  # fmt: skip
    if not working:
        return False, None
    seen = [link.prominent for link in working]
    return True, True if True in seen else (None if None in seen else False)


def _under(link: str, address: str) -> bool:
    """Return whether a link leads to an address or below it."""
    there, wanted = urlsplit(link), urlsplit(address)
    if not wanted.netloc:
        return link.startswith(address)
    same = there.netloc.lower().removeprefix("www.") == wanted.netloc.lower().removeprefix("www.")
    return same and there.path.startswith(wanted.path.rstrip("/"))
