"""Names of functional and economic subjects → their codes: by the document's own tables, else by the classification."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.taxonomy.codes import functions, normal_name


class Codes:
    """Codes for one document; ``labels`` are the code → names of its own tables, ``year`` that of the classification."""

    def __init__(self, labels: Iterable[tuple[str, str]], year: int | None) -> None:
        self._year = year
        self._own: dict[str, set[str]] = {}
        for code, label in labels:
            self._own.setdefault(normal_name(label), set()).add(code)

    def function(self, name: str, under: str, digits: int) -> str | None:
        """The code, of so many digits, of a functional name below the code ``under``."""
        for spelling in (name, name + "支出", name.removesuffix("支出")):
            own = {code for code in self._own.get(normal_name(spelling), ()) if len(code) == digits and code.startswith(under)}
            own = {code for code in own if not code.startswith(("3", "5")) or under}
            if len(own) == 1:
                return own.pop()
        found = functions().code(name, self._year, digits=digits, under=under)
        if found is None and len(under) == digits - 2 and name.startswith("其他"):
            found = self._rest(name, under)
        return found

    def _rest(self, name: str, under: str) -> str | None:
        """其他 and the name of what it lies under: number 99 of it, in every edition of the classification."""
        above = functions().name(under, self._year) or ""
        core = above.removesuffix("支出")
        return f"{under}99" if core and name.removeprefix("其他").removesuffix("支出") == core else None

    def economy(self, name: str) -> str | None:
        """The economic code of a name that two bear (办公设备购置: 31002 and 30902), where the tables have but one of them."""
        own = {code for code in self._own.get(normal_name(name), ()) if code.startswith("3") and len(code) == 5}
        return own.pop() if len(own) == 1 else None
