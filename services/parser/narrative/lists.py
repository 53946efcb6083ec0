"""Lists of parts that are open while a narrative is read: 其中, 主要包括, 如下."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.report import Fact, Phase
from services.parser.narrative.subjects import Subject

_OPEN_ENDED = ("主要", "包括", "包含", "用于", "含")
_PARTITIONS = (
    {("nature", "basic"), ("nature", "project")},
    {("nature", "personnel"), ("nature", "operating")},
    {("concept", "procurement.goods"), ("concept", "procurement.works"), ("concept", "procurement.services")},
    {("concept", "three_public.abroad"), ("concept", "three_public.vehicles"), ("concept", "three_public.reception")},
    {("concept", "three_public.vehicle_purchase"), ("concept", "three_public.vehicle_running")},
)


@dataclass(slots=True)
class OpenList:
    """A list whose parts are still being read. ``wholes`` are the amounts it divides, by stage (budget and actual).

    ``style`` is the level of numbering of its items where they are paragraphs of their own (0: not numbered), null where the
    list stands in one sentence.
    """

    words: str
    subject: Subject
    wholes: dict[Phase | None, Fact]
    parts: dict[Phase | None, list[Fact]] = field(default_factory=dict)
    subjects: list[Subject] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    shares: list[Fact] = field(default_factory=list)
    naming: bool = True
    style: int | None = None
    waiting: bool = False
    taken: dict[Phase | None, bool] = field(default_factory=dict)
    implicit: bool = False

    def admits(self, fact: Fact) -> bool:
        """Could this amount be one of the parts?"""
        whole = self.wholes.get(fact.phase)
        return whole is not None and whole.unit == fact.unit and whole.measure == fact.measure and fact.year == whole.year

    def add(self, fact: Fact, subject: Subject) -> None:
        self.parts.setdefault(fact.phase, []).append(fact)
        if subject not in self.subjects:
            self.subjects.append(subject)
        self.naming = False

    @property
    def partial(self) -> bool:
        """Whether the parts need not make up the whole: unless they are known to be all there can be (one of nothing is left out)."""
        said = {(axis, getattr(subject, axis)) for subject in self.subjects for axis in ("nature", "concept")}
        if any(len(partition & said) > 1 for partition in _PARTITIONS):
            return False
        if any(word in self.words for word in _OPEN_ENDED) or self.implicit or len(self.subjects) < 2:
            return True
        codes = {len(subject.function) for subject in self.subjects if subject.function}
        return not (len(codes) == 1 and all(subject.function for subject in self.subjects))
