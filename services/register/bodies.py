"""Whether two names mean one public body, decided exactly and so that it can be explained.

Names are compared as printed but for what is layout (width, spaces, quotation marks) and for 本级, 本部 and the like at their
end, which say whose figures they are rather than whose name it is. Name and place may be divided differently:
上海市普陀区财政局, 普陀区财政局, and 财政局 with the place beside it, are one body. No two names are similar: same, or another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from schemas.taxonomy.concepts import squeeze

_ITSELF = re.compile(r"(?:\((?:本级|本部|机关|部门|单位|汇总)\)|本级|本部)$")
_TOWNSHIP = ("街道", "镇", "乡", "苏木")
_PARTY = "中共"
_PLACE = re.compile(r".{2,}?(?:省|自治区|自治州|地区|盟|市)(?=.{2,})|.+")


class Fit(StrEnum):
    """What two names have to do with each other."""

    SAME = "same"
    UNCLEAR = "unclear"  # the same name, and no telling whether the same place
    OTHER = "other"


@dataclass(frozen=True)
class Body:
    """A public body by its name and its places from province down, as printed."""

    name: str
    region: tuple[str, ...] = ()

    @cached_property
    def words(self) -> str:
        """The name as it is compared."""
        name = squeeze(self.name).replace("中国共产党", _PARTY)
        return _ITSELF.sub("", name)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The places as they are compared; a township is part of the name of its body."""
        return tuple(place for each in self.region if not (place := squeeze(each)).endswith(_TOWNSHIP) and place)

    @cached_property
    def short(self) -> str:
        """The name without its places in front."""
        party = _PARTY if self.words.startswith(_PARTY) else ""
        rest = self.words.removeprefix(party)
        for start in range(len(self.places)):
            place = "".join(self.places[start:])
            if rest.startswith(place) and len(rest) > len(place):
                return party + rest[len(place) :]
        return self.words

    @cached_property
    def full(self) -> str:
        """The name with its places: what names the body where others are called the same."""
        return self.words if self.short != self.words else self._with(0)

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every form of the name that another source may print; two names that fit share one."""
        return frozenset({self.words, self.short, *(self._with(start) for start in range(len(self.places)))})

    def _with(self, start: int) -> str:
        """The short name with the places from ``start`` down in front."""
        party = _PARTY if self.short.startswith(_PARTY) else ""
        return party + "".join(self.places[start:]) + self.short.removeprefix(party)


def fit(registered: Body, seen: Body) -> Fit:
    """Whether a body that was seen in a document is the registered one.

    Without a place beside the registered name, its own words are all there is: then it is the same name, or one that the
    places of the document complete - all of them, or from a city down, since districts of one name are many.
    """
    if registered.places and seen.places and not _one_in_the_other(registered.places, seen.places):
        return Fit.OTHER
    if registered.words == seen.words:
        told = registered.short != registered.words or not registered.places or seen.places
        return Fit.SAME if told else Fit.UNCLEAR
    if not registered.places:
        enough = {seen._with(start) for start in range(len(seen.places)) if start == 0 or len(seen.places) - start > 1}
        return Fit.SAME if registered.words in enough else Fit.OTHER
    if seen.places:
        return Fit.SAME if registered.short == seen.short else Fit.OTHER
    if seen.words == registered.short:
        return Fit.UNCLEAR
    return Fit.SAME if seen.words in registered.forms else Fit.OTHER


def places_in(text: str) -> tuple[str, ...]:
    """The places in one text, from province down: 上海市普陀区 is two. A place in doubt stays together with what follows."""
    return tuple(_PLACE.findall(squeeze(text)))


def _one_in_the_other(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether one path of places is the end of the other, however finely each is divided."""
    return "".join(a) in _ends(b) or "".join(b) in _ends(a)


def _ends(places: tuple[str, ...]) -> set[str]:
    return {"".join(places[start:]) for start in range(len(places))}
