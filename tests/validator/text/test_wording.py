"""Units, doubled words, reasons, names of items: slips, and what the language allows."""

import pytest

from schemas.report import Reading, Report, SectionKind
from schemas.validation import Category, Severity
from services.validator.samples import Draft
from tests.validator.text.conftest import Find

LOST_PERCENT = [
    "支出增加1193.20万元，增长13.95。",
    "财政拨款收入1.00万元，占本年收入76.23；",
    "支出1.00万元，完成年初预算的98.61。",
]
PERCENT_OR_NONE = [
    "支出增加1193.20万元，增长13.95%。",
    "机关运行经费增长29.66万元，增长100.0%。",
    "占地面积13.95亩。",
    "较上年增长1倍。",
    "完成预算的100%。",
    "得分增长0.5分。",
]


@pytest.mark.parametrize("line", LOST_PERCENT)
def test_a_rate_needs_its_percent_sign(find: Find, line: str) -> None:
    (found,) = find("text.rate-unit", line)
    assert (found.severity, found.category) == (Severity.ERROR, Category.UNIT)
    assert found.expected == f"{found.stated}%"


@pytest.mark.parametrize("line", PERCENT_OR_NONE)
def test_what_is_no_bare_rate_is_left_alone(find: Find, line: str) -> None:
    assert find("text.rate-unit", line) == ()


def test_a_sign_lost_in_optical_reading_is_no_error(find: Find) -> None:
    draft = Draft(reading=Reading(pages=1, ocr_pages=(1,))).paragraph("支出增加1193.20万元，增长13.95。", page=1)
    assert [item.severity for item in find("text.rate-unit", draft.report())] == [Severity.WARNING]


def test_an_amount_among_amounts_needs_its_unit(find: Find) -> None:
    (found,) = find("text.amount-unit", "其中：办公费10.96万元、印刷费2.24万元、公务用车运行维护费7.09。")
    assert found.severity is Severity.ERROR
    assert found.expected == "费7.09万元"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("与上年相比，支出增加230.46，主要是项目增加，全年支出1654.16万元。", "增加230.46万元"),
        ("年初预算为19.96万元，支出决算为22.99，完成年初预算的115.18%。", "决算为22.99万元"),
        ("教育支出15.50万元，占90.0%；卫生健康支出1.72，占10.0%。", "支出1.72万元"),
        ("农村基础设施建设支出（项）408.10，主要用于农村道路，比上年增加8.10万元。", "(项)408.10万元"),
    ],
)
def test_one_amount_of_two_needs_its_unit_too(find: Find, line: str, expected: str) -> None:
    (found,) = find("text.amount-unit", line)
    assert (found.expected or "").endswith(expected)


@pytest.mark.parametrize(
    "line",
    [
        "办公费10.96、印刷费2.24、邮电费0.19，共计13.39万元。",
        "（单位：万元）办公费10.96万元、印刷费2.24万元、邮电费0.19。",
        "收入3.00万元，支出2.00万元，占支出66.67。",
    ],
)
def test_a_list_whose_unit_is_said_once_lacks_nothing(find: Find, line: str) -> None:
    assert find("text.amount-unit", line) == ()


def test_ten_thousands_of_yuan_and_of_people(find: Find) -> None:
    (found,) = find("text.wan", "总预算1170.00万，其中展会70.00万，餐费3.00万元。")
    assert found.stated is not None and found.stated.endswith("（2处）")
    assert find("text.wan", "服务群众12.5万，支出3.00万元。") == ()
    assert find("text.wan", "有效处置事项49万件，支出3.00万元。") == ()


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("开展次数", "≥2件", True),
        ("开展次数", "≥2场次", False),
        ("培训人数", "30人", False),
        ("完成率", "100%", False),
        ("完成率", "3个", True),
    ],
)
def test_an_indicator_is_counted_as_its_name_says(find: Find, name: str, value: str, wrong: bool) -> None:
    assert bool(find("text.indicator-unit", Draft().table(None, [], [(name, value)]).report())) is wrong


@pytest.mark.parametrize("line", ["我区的政务政务网络。", "调度成绩处理、基础设施设施、网络安全等。"])
def test_a_word_twice_is_a_slip(find: Find, line: str) -> None:
    assert len(find("text.doubled", line)) == 1


@pytest.mark.parametrize("line", ["信息化项目项目支出1.00万元。", "研究研究再说。", "一二一二的口令。", "本部门部门决算情况。"])
def test_terms_that_meet_and_reduplications_are_right(find: Find, line: str) -> None:
    assert find("text.doubled", line) == ()


def test_a_full_stop_in_a_running_sentence_counts_only_where_the_others_have_a_comma(find: Find) -> None:
    usual = "支出1.00万元，完成年初预算的100%。" * 3
    (found,) = find("text.marks", usual + "\n支出决算为0.88万元。完成年初预算的100.00%。")
    assert "0.88万元。完成年初预算" in found.evidence[0].quote
    assert find("text.marks", "支出1.00万元。完成年初预算的100%。\n支出2.00万元。完成年初预算的99%。") == ()
    assert find("text.marks", "与上年持平……") == ()


def test_a_reason_is_asked_where_one_is_announced(find: Find) -> None:
    assert [item.severity for item in find("text.empty-reason", "增加1.00万元，主要原因是。")] == [Severity.ERROR]
    assert [item.severity for item in find("text.empty-reason", "决算数大于预算数的主要原因是：无。")] == [Severity.WARNING]
    assert find("text.empty-reason", "主要原因：\n一是人员增加。") == ()
    assert find("text.empty-reason", "与上年持平，无增减变动原因。") == ()


def test_no_change_has_no_reason_for_a_change(find: Find) -> None:
    (found,) = find("text.equal-reason", "公务接待费0万元，与上年预算持平。减少原因主要是厉行节约。")
    assert found.category is Category.WORDING_DIRECTION
    assert find("text.equal-reason", "公务接待费0万元，与上年预算持平。持平的主要原因是厉行节约。") == ()
    assert find("text.equal-reason", "决算数较上年保持一致的主要原因：本年无安排。") == ()
    assert find("text.equal-reason", "比上年无变化。增加（减少）主要原因是无。") == ()


def items(*said: str) -> Report:
    draft = Draft()
    names = ["行政运行", "一般行政管理事务", "城管执法", "其他城乡社区管理事务支出"]
    for number, (name, words) in enumerate(zip(names, said, strict=False), 1):
        draft.paragraph(f"{number}. “城乡社区支出（类）城乡社区管理事务（款）{name}（项）”{number}.00万元，{words}")
    return draft.report()


def test_the_neighbours_text_is_found_and_shared_words_are_not(find: Find) -> None:
    own = "主要用于行政运行。主要原因是：行政运行经费减少。"
    copied = "主要用于城乡社区管理事务一般行政管理事务。主要原因是：城乡社区管理事务一般行政管理事务经费减少。"
    (found,) = find("text.other-item", items(own, "主要用于一般行政管理事务。", copied))
    assert (found.severity, found.expected, len(found.evidence)) == (Severity.ERROR, "城管执法", 2)
    assert find("text.other-item", items(own, "主要用于日常管理。", "主要用于城管执法。", "主要用于城乡社区管理事务。")) == ()


def test_repeating_the_name_is_no_reason(find: Find) -> None:
    report = items(
        "主要原因是：行政运行经费减少。", "主要原因是：一般行政管理事务经费增加。", "主要原因是：城管执法经费保持不变。"
    )
    (found,) = find("text.tautology", report)
    assert len(found.evidence) == 3
    assert (
        find("text.tautology", items("主要原因是：人员减少。", "主要原因是：项目增加。", "主要原因是：城管执法经费增加。")) == ()
    )


@pytest.mark.parametrize(
    ("item", "said", "wrong"),
    [
        ("住房公积金", "反映单位缴纳的基本医疗保险费。", True),
        ("住房公积金", "反映为职工缴纳的住房公积金。", False),
        ("行政单位医疗", "主要用于在职人员公积金缴纳。", True),
        ("行政单位医疗", "主要用于行政单位医疗金缴纳。", False),
        ("机关事业单位职业年金缴费支出", "主要用于人员社会保险费和年金缴纳。", False),
        ("其他商贸事务支出", "主要用于医疗保障。", False),
    ],
)
def test_an_item_is_explained_by_its_own_kind_of_money(find: Find, item: str, said: str, wrong: bool) -> None:
    found = find("text.explanation", f"1.某支出（类）某事务（款）{item}（项）：{said}")
    assert bool(found) is wrong


def test_names_end_with_their_years(find: Find) -> None:
    def glossary(year: int, line: str) -> Report:
        return Draft(year=year).section("名词解释", kind=SectionKind.GLOSSARY, level=1).paragraph(line).report()

    health = "医疗卫生与计划生育支出（类）行政事业单位医疗（款）"
    assert len(find("text.superseded-name", glossary(2019, health))) == 1
    assert find("text.superseded-name", glossary(2018, health)) == ()
    assert len(find("text.superseded-name", glossary(2022, "常用的包括教育、文化体育与传媒等。"))) == 1
    assert find("text.superseded-name", glossary(2022, "社会保障和就业支出（类）其他行政事业单位离退休支出（项）")) == ()


def test_slips_of_the_pen_and_what_they_resemble(find: Find) -> None:
    assert [item.expected for item in find("text.typo", "负责征收集体士地，历行节约，财政拔款。")] == ["土地、厉行、拨款"]
    assert find("text.typo", "稳健、有序推进；近日标准出台；货物类5.00万元；身外之物类似。") == ()
    (found,) = find("text.term-slip", "公务用车运行费1.00万元，主要原因是公务车用车运行费保持不变。")
    assert found.expected == "公务用车运行费"
    assert find("text.term-slip", "主要原因是公务用车运行维护费保持不变。") == ()


def test_a_centre_is_no_bureau(find: Find) -> None:
    assert len(find("text.self-name", Draft("某区档案中心").paragraph("开支单位包括局机关及下属0家单位。").report())) == 1
    assert find("text.self-name", Draft("某区档案局").paragraph("我局，即某区档案局，承担本局业务。").report()) == ()
    assert find("text.self-name", Draft("某区档案中心").paragraph("本中心局部工作由专人安排。").report()) == ()


def test_the_files_own_title(find: Find) -> None:
    assert len(find("text.file-title", Draft(metadata={"title": "预算主管部门公开样张"}).report())) == 1
    assert len(find("text.file-title", Draft("某市某区档案馆", metadata={"Title": "某市财政局2023年度部门决算"}).report())) == 1
    assert find("text.file-title", Draft(metadata={"Title": "附件2", "Author": "模板"}).report()) == ()


def test_overspent_means_more_than_all(find: Find) -> None:
    assert len(find("text.overspent", "执行数为5.00万元，执行率为98.5%。问题：因工资增长，超出预算。")) == 1
    for right in (
        "执行率为100%。未超支。",
        "执行率为100%。严格控制，防止超支。",
        "完成年初预算的100%，完成全年预算的105%，超出预算。",
        "因工资增长，超出预算。",
    ):
        assert find("text.overspent", right) == ()


def test_classes_are_named_as_the_classification_names_them(find: Find) -> None:
    listed = "主要用于以下方面：{}5.00万元，占50%；住房保障支出5.00万元，占50%。"
    (found,) = find("text.class-name", listed.format("科学技术服务支出"))
    assert found.expected == "科学技术支出"
    for right in ("科学技术支出", "政府办公厅及相关机构运转支出", "其他支出"):
        assert find("text.class-name", listed.format(right)) == ()
