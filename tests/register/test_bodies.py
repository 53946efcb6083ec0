"""Names that mean one body fit, others do not, and what cannot be told is not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.register.bodies import Body, Fit, fit, places_in

PUTUO = ("上海市", "普陀区")
ZHOUSHAN = ("浙江省", "舟山市", "普陀区")


def body(name: str, *region: str) -> Body:
    return Body(name, region)


@pytest.mark.parametrize(
    ("registered", "seen"),
    [
        (body("上海市普陀区财政局"), body("上海市普陀区财政局")),
        (body("上海市普陀区财政局", *PUTUO), body("普陀区财政局", "普陀区")),
        (body("上海市普陀区财政局", *PUTUO), body("普陀区财政局")),
        (body("财政局", *PUTUO), body("上海市普陀区财政局", *PUTUO)),
        (body("财政局", *PUTUO), body("财政局", "普陀区")),
        (body("普陀区财政局", "普陀区"), body("上海市普陀区财政局", *PUTUO)),
        (body("上海市普陀区财政局", "上海市普陀区"), body("财政局", *PUTUO)),
        (body("上海市普陀区财政局"), body("财政局", *PUTUO)),
        (body("武汉市汉阳区大数据中心"), body("大数据中心", "湖北省", "武汉市", "汉阳区")),
        (body("上海市普陀区 财政局（本级）"), body("上海市普陀区财政局")),
        (body("上海市普陀区教育局(本部)"), body("上海市普陀区教育局")),
        (body("Ａ市档案馆"), body("A市档案馆")),
        (body("“一网通办”中心", "A市"), body("A市一网通办中心", "A市")),
        (body("中国共产党上海市普陀区委员会", *PUTUO), body("中共普陀区委员会", "普陀区")),
        (body("普陀区曹杨新村街道办事处", *PUTUO), body("上海市普陀区曹杨新村街道办事处", *PUTUO, "曹杨新村街道")),
    ],
)  # fmt: skip
def test_one_body_under_two_names(registered: Body, seen: Body) -> None:
    assert fit(registered, seen) is Fit.SAME


@pytest.mark.parametrize(
    ("registered", "seen"),
    [
        (body("上海市普陀区财政局", *PUTUO), body("上海市财政局", "上海市")),
        (body("上海市普陀区财政局", *PUTUO), body("普陀区财政局", *ZHOUSHAN)),
        (body("财政局", *PUTUO), body("财政局", *ZHOUSHAN)),
        (body("普陀区财政局"), body("舟山市普陀区财政局", *ZHOUSHAN)),
        (body("上海市普陀区财政局", *PUTUO), body("上海市普陀区财政事务中心", *PUTUO)),
        (body("城区财政局", "晋城市", "城区"), body("西城区财政局", "北京市", "西城区")),
        (body("普陀区财政局", *PUTUO), body("普陀区财政", *PUTUO)),
        (body("普陀区教育局", *PUTUO), body("普陀区卫生局", *PUTUO)),
    ],
)
def test_another_body(registered: Body, seen: Body) -> None:
    assert fit(registered, seen) is Fit.OTHER


@pytest.mark.parametrize(
    ("registered", "seen"),
    [
        (body("财政局", *PUTUO), body("财政局")),
        (body("上海市普陀区财政局", *PUTUO), body("财政局")),
    ],
)
def test_a_name_without_its_place_may_be_anybodys(registered: Body, seen: Body) -> None:
    assert fit(registered, seen) is Fit.UNCLEAR


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("上海市普陀区", ("上海市", "普陀区")),
        ("湖北省武汉市汉阳区", ("湖北省", "武汉市", "汉阳区")),
        ("荆州市沙市区", ("荆州市", "沙市区")),
        ("青岛市市北区", ("青岛市", "市北区")),
        ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市", ("新疆维吾尔自治区", "伊犁哈萨克自治州", "伊宁市")),
        ("吉林省吉林市", ("吉林省", "吉林市")),
        ("上海市", ("上海市",)),
        ("", ()),
    ],
)
def test_places_in_one_text(text: str, places: tuple[str, ...]) -> None:
    assert places_in(text) == places


NAMES = st.builds(
    lambda places, party, name: Body(party + "".join(places) + name, tuple(places)),
    st.sampled_from([PUTUO, PUTUO[1:], PUTUO[:1], ZHOUSHAN, ZHOUSHAN[1:], ()]),
    st.sampled_from(["", "中共"]),
    st.sampled_from(["财政局", "教育局", "区委办", "财 政局（本级）"]),
)


@given(NAMES, NAMES)
def test_bodies_that_fit_share_a_form(registered: Body, seen: Body) -> None:
    """What is looked up by form misses nothing."""
    if fit(registered, seen) is not Fit.OTHER:
        assert registered.forms & seen.forms


@given(NAMES)
def test_a_body_is_itself(name: Body) -> None:
    assert fit(name, name) is Fit.SAME or not name.places


@given(
    st.text(max_size=20),
    st.lists(st.text(max_size=6), max_size=4),
    st.text(max_size=20),
    st.lists(st.text(max_size=6), max_size=4),
)
def test_any_names_can_be_compared(a: str, there: list[str], b: str, here: list[str]) -> None:
    assert fit(Body(a, tuple(there)), Body(b, tuple(here))) in Fit
