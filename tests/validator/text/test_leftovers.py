"""What a template leaves behind, and what only looks like it."""

import pytest

from schemas.report import Report, SectionKind
from schemas.validation import Category, Severity
from services.validator.samples import Draft
from tests.validator.text.conftest import Find

BLANKS = [
    "XX部门2023年度收入总计12.00万元。",
    "支出XXX万元，占XX%。",
    "与20XX年相比增加1.00万元。",
    "××局2023年度部门决算",
    "主要原因是ＸＸＸＸ。",
]
NO_BLANKS = [
    "联系人：王XX，电话138XXXX0000。",
    "受理张××等3人的申请。",
    "7×24小时值守，尺寸3×5。",
    "型号XXL-200的设备1台。",
    "网址www.example.cn/xxgk。",
]


@pytest.mark.parametrize("line", BLANKS)
def test_a_mark_in_place_of_a_name_or_number_is_an_error(find: Find, line: str) -> None:
    (found,) = find("text.placeholder", line)
    assert found.severity is Severity.ERROR
    assert found.category is Category.TEMPLATE_LEFTOVER


@pytest.mark.parametrize("line", NO_BLANKS)
def test_masks_names_products_and_times_are_no_placeholders(find: Find, line: str) -> None:
    assert find("text.placeholder", line) == ()


def test_marks_of_one_paragraph_are_one_finding_with_every_sentence_once(find: Find) -> None:
    (found,) = find("text.placeholder", "收入XX万元，增长XX%。支出XX万元。")
    assert [evidence.quote for evidence in found.evidence] == ["收入XX万元，增长XX%。", "支出XX万元。"]


@pytest.mark.parametrize("line", ["部门名称：某区档案馆", "单位名称", "部门名称预算数", "请填写部门名称"])
def test_the_label_for_a_name_is_right_as_a_label(find: Find, line: str) -> None:
    assert find("text.nameless", line) == ()


@pytest.mark.parametrize("line", ["部门名称2023年度部门决算表", "附件：单位名称2024年部门预算", "第一部分 部门名称（本级）概况"])
def test_the_label_in_place_of_the_name_is_an_error(find: Find, line: str) -> None:
    (found,) = find("text.nameless", line)
    assert found.stated == line.replace(" ", "").replace("：", ":").replace("（", "(").replace("）", ")")


INSTRUCTIONS = [
    "（该项名词解释中“上述……等收入”请依据部门收入的实际情况进行解释）",
    "（根据本部门使用的其他专用名词补充解释）",
    "增长12%。（如持平作持平表述）",
    "公用经费1.00万元，包括办公费（不涉及的不列）。",
    "无政府性基金预算的，仍保留该表格式，并在本表下方作下述说明：",
    "由主管部门根据三定方案等相关规定填写。",
    "十四、专项支出的部门（单位）参照部门预算公开的范围、体例和内容进行公开。",
    "部门决算公开说明（模板）",
]
NO_INSTRUCTIONS = [
    "请根据实际情况到窗口办理。",
    "如有调整请在备注栏说明。",
    "（根据三定方案，本部门内设3个科室）",
    "各部门应根据职责开展工作。",
    "参照公务员法管理的事业单位1家。",
    "（如图所示）",
    "请各单位认真贯彻执行。",
]


@pytest.mark.parametrize("line", INSTRUCTIONS)
def test_words_to_the_drafter_are_no_disclosure(find: Find, line: str) -> None:
    (found,) = find("text.instruction", line)
    assert found.severity is Severity.ERROR
    assert found.evidence[0].start is not None


@pytest.mark.parametrize("line", NO_INSTRUCTIONS)
def test_words_to_the_reader_are_left_alone(find: Find, line: str) -> None:
    assert find("text.instruction", line) == ()


def test_an_empty_slot_and_its_instruction_are_one_finding(find: Find) -> None:
    report = glossary("（十八）其他专用名词。", "（根据本部门使用的其他专用名词补充解释）")
    (found,) = find("text.instruction", report)
    assert [evidence.quote for evidence in found.evidence] == [
        "（根据本部门使用的其他专用名词补充解释）",
        "（十八）其他专用名词。",
    ]
    assert find("text.glossary-stub", report) == ()


def test_a_slot_that_definitions_follow_is_filled(find: Find) -> None:
    assert find("text.glossary-stub", glossary("（十八）其他专用名词", "1.数字档案：指以数字形式保存的档案。")) == ()
    assert len(find("text.glossary-stub", glossary("（十八）各单位其他专用名词解释。"))) == 1


OPEN = [
    "比上年增加（减少）1.00万元",
    "下降（增长）27.78%",
    "决算数小于(大于)预算数",
    "增长/下降2.5%",
    "决算数小于大于年初预算数的原因是调入",
    "决算数大小于预算数的主要原因：工程调减",
    "比2022年度减增加21.90万元，增长141.75%",
    "政府性基金支出预算0万元，与2022年预算增加持平；",
]
DECIDED = [
    "（一）收入增加（减少）情况",
    "增加（减少）额",
    "每增加（减少）1%扣0.5分",
    "增加1.00万元（减少人员后）",
    "小于等于预算",
    "人员有增有减，基本持平",
]


@pytest.mark.parametrize("line", OPEN)
def test_a_statement_with_both_directions_is_an_error(find: Find, line: str) -> None:
    assert [item.severity for item in find("text.alternative", line)] == [Severity.ERROR]


@pytest.mark.parametrize("line", DECIDED)
def test_headings_scales_and_comparisons_are_decided(find: Find, line: str) -> None:
    assert find("text.alternative", line) == ()


LEVELS = [
    ("某市某区档案馆", ("某市", "某区"), "指市级财政当年拨付的资金", True),
    ("某市某区档案馆", ("某市", "某区"), "指省级财政当年拨付的资金", True),
    ("某市某区档案馆", ("某市", "某区"), "指区级财政当年拨付的资金", False),
    ("某市某区档案馆", ("某市", "某区"), "指本级财政当年拨付的资金", False),
    ("某市某县档案馆", ("某市", "某县"), "指市直部门用财政拨款安排的经费", True),
    ("某市大数据中心", ("某省", "某市"), "指省级财政当年拨付的资金", True),
    ("某市大数据中心", ("某省", "某市"), "指市级财政当年拨付的资金", False),
    ("某省档案馆", ("某省",), "指省级财政当年拨付的资金", False),
    ("某市高新区管理委员会", ("某市",), "指市级财政当年拨付的资金", False),
    ("某自治区档案馆", ("某自治区",), "指中央财政当年拨付的资金", False),
]


@pytest.mark.parametrize(("issuer", "region", "definition", "wrong"), LEVELS)
def test_a_glossary_defines_money_of_its_own_level(
    find: Find, issuer: str, region: tuple[str, ...], definition: str, wrong: bool
) -> None:
    draft = Draft(issuer, region=region).section("名词解释", kind=SectionKind.GLOSSARY, level=1)
    found = find("text.level", draft.paragraph(f"（一）财政拨款收入：{definition}。").report())
    assert [item.severity for item in found] == ([Severity.WARNING] if wrong else [])


def test_a_document_that_says_its_level_contradicts_itself(find: Find) -> None:
    draft = (
        Draft("某市某区档案馆").paragraph("某市某区2024年区级部门预算").section("名词解释", kind=SectionKind.GLOSSARY, level=1)
    )
    (found,) = find("text.level", draft.paragraph("（一）是市级预算主管部门取得的财政拨款。").report())
    assert found.severity is Severity.ERROR


def test_a_higher_level_may_pay_in_the_narrative(find: Find) -> None:
    assert find("text.level", Draft("某市某区档案馆").paragraph("市级财政下达补助10.00万元。").report()) == ()


def glossary(*entries: str) -> Report:
    draft = Draft().section("名词解释", kind=SectionKind.GLOSSARY, level=1)
    for entry in entries:
        draft.paragraph(entry)
    return draft.report()
