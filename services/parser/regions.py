"""Which place a body belongs to, from province to township, as its own name says."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from schemas.shipped import read_yaml
from schemas.taxonomy.concepts import squeeze

_ENDINGS = ("市", "州", "盟", "地区", "林区")
_COUNTY = re.compile(r"([一-龥]{1,8}?(?:自治县|自治旗|新区|开发区|高新区|经开区|示范区|管理区|林区|区|县|旗|市))(?=[一-龥])")
_TOWNSHIP = re.compile(r"(?:人民政府)?([一-龥]{1,8}?(?:街道|镇|乡|苏木))(?=办事处|人民政府|党|$)")
_NOT_A_PLACE = re.compile(
    r"城市|都市|社区|小区|园区|辖区|市区|城区$|牧区|[和与及]|管理(?!区)|人民|委员|中心|部门|服务|监督|保护区|景区"
)


_KEY = 2  # characters: no name of a province or prefecture is shorter


@lru_cache(maxsize=1)
def _divisions() -> tuple[dict[str, str], dict[str, list[tuple[str, str]]]]:
    """Beginning of a name → province; the first characters of a name → the prefectures (province, name) that it may be of."""
    raw: dict[str, list[str]] = read_yaml(Path(__file__).with_name("regions.yaml"))
    provinces = {province: province for province in raw}
    provinces |= {re.sub(r"(壮族|回族|维吾尔)?自治区$", "自治区", province): province for province in raw}
    prefectures: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for province, names in raw.items():
        for name in names:
            full = name if name.endswith(_ENDINGS) and len(name) > 2 else name + "市"
            prefectures[full[:_KEY]].append((province, full))
    return provinces, dict(prefectures)


def region_of(name: str) -> tuple[str, ...]:
    """The places at the beginning of a body's name, from province down; what the name does not say is not guessed.

    >>> region_of("武汉市汉阳区大数据中心")
    ('湖北省', '武汉市', '汉阳区')
    """
    provinces, prefectures = _divisions()
    rest, found = squeeze(name).removeprefix("中国共产党").removeprefix("中共"), []
    for beginning, province in provinces.items():
        if rest.startswith(beginning):
            found.append(province)
            rest = rest[len(beginning) :]
            break
    for province, prefecture in prefectures.get(rest[:_KEY], ()):
        if rest.startswith(prefecture) and (not found or found[0] == province):
            found = [province, prefecture]
            rest = rest[len(prefecture) :]
            break
    for ending in ("市", ""):  # a city that is not recorded may have districts too
        county = _COUNTY.match(rest)
        if county is not None and county[1].endswith(ending) and not _NOT_A_PLACE.search(county[1]):
            found.append(county[1])
            rest = rest[county.end() :]
    township = _TOWNSHIP.match(rest)
    if township is not None and not _NOT_A_PLACE.search(township[1]):
        found.append(township[1])
    return tuple(found)
