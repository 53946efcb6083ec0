"""Composes a budget disclosure (单位预算): nine tables in 元, the narrative in 万元."""

from __future__ import annotations

from decimal import Decimal

from deploy.local.samples.document import Document, Piece, Sheet, Text
from deploy.local.samples.figures import Body, amount, numeral, percent, tree
from deploy.local.samples.final_accounts import economy_rows

ZERO = Decimal(0)


def budget(body: Body, year: int, published: str) -> Document:
    """The budget of ``body`` for ``year``, without a defect."""
    title = f"{body.issuer}{year}年单位预算"
    pieces: list[Piece] = [Text(title, 1), Text("一、主要职能", 3)]
    pieces += [Text(f"（{numeral(i)}）{duty}") for i, duty in enumerate(body.raw["duties"], 1)]
    pieces += [Text("二、机构设置", 3), Text(f"{body.issuer}内设办公室、采编部、借阅部、活动部4个部门。")]
    pieces += [Text("三、名词解释", 3), *_glossary()]
    pieces += [Text("四、单位预算编制说明", 3), *_narrative(body, year), Text("五、单位预算表", 3), *_tables(body, year)]
    pieces += [Text("六、其他相关情况说明", 3), *_other(body, year)]
    return Document(title, published, tuple(pieces))


def _yuan(value: Decimal) -> str:
    return f"{int(value * 10000):,}"


def _change(now: Decimal, before: Decimal, against: str) -> str:
    delta = now - before
    word = "增加" if delta > 0 else "减少"
    return f"比{against}{word}{abs(delta)}万元" if delta else f"与{against}持平"


def _narrative(body: Body, year: int) -> list[Piece]:
    total, before = body.basic + body.project, body.number("last_year_budget")
    change = _change(total, before, f"{year - 1}年预算")
    word = "增长" if total > before else "下降"
    pieces: list[Piece] = [
        Text(f"{year}年，{body.issuer}收入预算{total}万元，其中：财政拨款收入{total}万元，{change}；事业收入0.00万元；事业单位经营收入0.00万元；"
             "其他收入0.00万元。"),
        Text(f"支出预算{total}万元，其中：财政拨款支出预算{total}万元，{change}，{word}{percent(abs(total - before), before)}。财政拨款支出预算中，"
             f"一般公共预算拨款支出预算{total}万元，{change}；政府性基金拨款支出预算0.00万元，与{year - 1}年预算持平；"
             f"国有资本经营预算拨款支出预算0.00万元，与{year - 1}年预算持平。"),
        Text("财政拨款收入支出增加的主要原因是新增文献购置和阅读推广项目。"),
        Text("财政拨款支出主要内容如下："),
    ]  # fmt: skip
    for i, line in enumerate(body.lines, 1):
        name = f"{line.names[0]}（类）{line.names[1]}（款）{line.names[2]}（项）"
        pieces.append(Text(f"{i}. “{name}”科目{line.total}万元，主要用于{line.purpose}。"))
    return pieces


def _tables(body: Body, year: int) -> list[Piece]:
    total = body.basic + body.project
    return [
        _sheet_totals(body, year, total), _sheet_income(body, year), _sheet_spending(body, year, "支出预算总表", "支出预算"),
        _sheet_fiscal(body, year, total), _sheet_spending(body, year, "一般公共预算支出功能分类预算表", "一般公共预算支出"),
        _sheet_empty(body, year, "政府性基金预算"), _sheet_empty(body, year, "国有资本经营预算"),
        _sheet_basic(body, year), _sheet_three_public(body, year),
    ]  # fmt: skip


def _classes(body: Body) -> list[tuple[str, Decimal]]:
    return [(name, basic + project) for code, name, basic, project in tree(body.lines) if len(code) == 3]


def _sheet_totals(body: Body, year: int, total: Decimal) -> Sheet:
    left = [("一、财政拨款收入", _yuan(total)), ("1. 一般公共预算资金", _yuan(total)), ("2. 政府性基金", ""), ("3. 国有资本经营预算", ""),
            ("二、事业收入", ""), ("三、事业单位经营收入", ""), ("四、其他收入", "")]  # fmt: skip
    right = [(f"{numeral(i)}、{name}", _yuan(value)) for i, (name, value) in enumerate(_classes(body), 1)]
    rows = [
        (*(left[i] if i < len(left) else ("", "")), *(right[i] if i < len(right) else ("", "")))
        for i in range(max(len(left), len(right)))
    ]
    rows.append(("收入总计", _yuan(total), "支出总计", _yuan(total)))
    header = ((("本年收入", 1, 2), ("本年支出", 1, 2)), (("项目", 1, 1), ("预算数", 1, 1), ("项目", 1, 1), ("预算数", 1, 1)))
    return Sheet(f"{year}年单位财务收支预算总表", "元", body.issuer, header, tuple(rows))


def _codes(code: str) -> tuple[str, str, str]:
    return code[:3], code[3:5], code[5:7]


_CODE_HEADER = (("类", 1, 1), ("款", 1, 1), ("项", 1, 1))


def _sheet_income(body: Body, year: int) -> Sheet:
    rows = [(*_codes(c), n, _yuan(b + p), _yuan(b + p), "0", "0", "0") for c, n, b, p in tree(body.lines)]
    total = _yuan(body.basic + body.project)
    rows.append(("", "", "", "合计", total, total, "0", "0", "0"))
    header = (
        (("项目", 1, 4), ("收入预算", 1, 5)),
        (("功能分类科目编码", 1, 3), ("功能分类科目名称", 2, 1), ("合计", 2, 1), ("财政拨款收入", 2, 1), ("事业收入", 2, 1),
         ("事业单位经营收入", 2, 1), ("其他收入", 2, 1)),
        _CODE_HEADER,
    )  # fmt: skip
    return Sheet(f"{year}年单位收入预算总表", "元", body.issuer, header, tuple(rows), landscape=True)


def _sheet_spending(body: Body, year: int, name: str, group: str) -> Sheet:
    rows = [(*_codes(c), n, _yuan(b + p), _yuan(b), _yuan(p)) for c, n, b, p in tree(body.lines)]
    rows.append(("", "", "", "合计", _yuan(body.basic + body.project), _yuan(body.basic), _yuan(body.project)))
    header = (
        (("项目", 1, 4), (group, 1, 3)),
        (("功能分类科目编码", 1, 3), ("功能分类科目名称", 2, 1), ("合计", 2, 1), ("基本支出", 2, 1), ("项目支出", 2, 1)),
        _CODE_HEADER,
    )
    return Sheet(f"{year}年单位{name}", "元", body.issuer, header, tuple(rows))


def _sheet_fiscal(body: Body, year: int, total: Decimal) -> Sheet:
    left = [("一、一般公共预算资金", _yuan(total)), ("二、政府性基金", ""), ("三、国有资本经营预算", "")]
    right = [(f"{numeral(i)}、{name}", _yuan(v), _yuan(v), "", "") for i, (name, v) in enumerate(_classes(body), 1)]
    rows = [
        (*(left[i] if i < len(left) else ("", "")), *(right[i] if i < len(right) else ("", "", "", "", "")))
        for i in range(max(len(left), len(right)))
    ]
    rows.append(("收入总计", _yuan(total), "支出总计", _yuan(total), _yuan(total), "", ""))
    header = (
        (("财政拨款收入", 1, 2), ("财政拨款支出", 1, 5)),
        (("项目", 1, 1), ("预算数", 1, 1), ("项目", 1, 1), ("合计", 1, 1), ("一般公共预算", 1, 1), ("政府性基金预算", 1, 1), ("国有资本经营预算", 1, 1)),
    )  # fmt: skip
    return Sheet(f"{year}年单位财政拨款收支预算总表", "元", body.issuer, header, tuple(rows))


def _sheet_empty(body: Body, year: int, fund: str) -> Sheet:
    header = (
        (("项目", 1, 4), (f"{fund}支出", 1, 3)),
        (("功能分类科目编码", 1, 3), ("功能分类科目名称", 2, 1), ("合计", 2, 1), ("基本支出", 2, 1), ("项目支出", 2, 1)),
        _CODE_HEADER,
    )
    note = f"注：本单位{year}年无{fund}财政拨款安排的预算，故本表为空表。"
    return Sheet(f"{year}年单位{fund}支出功能分类预算表", "元", body.issuer, header, (("", "", "", "合计", "", "", ""),), (note,))


def _sheet_basic(body: Body, year: int) -> Sheet:
    rows = []
    for code, name, value in economy_rows(body):
        staff = code[:3] in {"301", "303"}
        rows.append((code[:3], code[3:5], name, _yuan(value), _yuan(value if staff else ZERO), _yuan(ZERO if staff else value)))
    rows.append(("", "", "合计", _yuan(body.basic), _yuan(body.personnel), _yuan(body.operating)))
    header = (
        (("项目", 1, 3), ("一般公共预算基本支出", 1, 3)),
        (("部门预算经济分类科目编码", 1, 2), ("经济分类科目名称", 2, 1), ("合计", 2, 1), ("人员经费", 2, 1), ("公用经费", 2, 1)),
        (("类", 1, 1), ("款", 1, 1)),
    )
    return Sheet(f"{year}年单位一般公共预算基本支出部门预算经济分类预算表", "元", body.issuer, header, tuple(rows))


def _three(body: Body, year_index: int) -> dict[str, Decimal]:
    items = {key: amount(values[year_index]) for key, values in body.raw["three_public"].items()}
    items["vehicles"] = items["purchase"] + items["running"]
    items["total"] = items["abroad"] + items["vehicles"] + items["reception"]
    return items


def _sheet_three_public(body: Body, year: int) -> Sheet:
    t = _three(body, 0)
    order = ("total", "abroad", "reception", "vehicles", "purchase", "running")
    header = (
        (("“三公”经费预算数", 1, 6), ("机关运行经费预算数", 3, 1)),
        (("合计", 2, 1), ("因公出国（境）费", 2, 1), ("公务接待费", 2, 1), ("公务用车购置及运行费", 1, 3)),
        (("小计", 1, 1), ("购置费", 1, 1), ("运行费", 1, 1)),
    )
    row = (*(f"{t[key]:.2f}" for key in order), "0.00")
    return Sheet(f"{year}年单位“三公”经费和机关运行经费预算表", "万元", body.issuer, header, (row,), landscape=True)


def _other(body: Body, year: int) -> list[Piece]:
    now, before = _three(body, 0), _three(body, 1)
    p = {key: amount(value) for key, value in body.raw["procurement"].items()}
    last = f"{year - 1}年预算"

    def item(label: str, key: str) -> str:
        return f"{label}{now[key]}万元，{_change(now[key], before[key], last)}"

    return [
        Text(f"一、{year}年“三公”经费预算情况说明", 4),
        Text(f"{year}年“三公”经费预算数为{now['total']}万元，{_change(now['total'], before['total'], last)}。其中："),
        Text(f"（一）{item('因公出国（境）费', 'abroad')}，主要原因是安排一次文献交流出访。"),
        Text(f"（二）{item('公务接待费', 'reception')}，主要原因是压缩接待支出。"),
        Text(f"（三）{item('公务用车购置及运行费', 'vehicles')}，其中：{item('公务用车购置费', 'purchase')}；{item('公务用车运行费', 'running')}。"),
        Text("二、机关运行经费预算", 4),
        Text("本单位为事业单位，无机关运行经费预算。"),
        Text("三、政府采购预算情况", 4),
        Text(f"{year}年度本单位政府采购预算{p['goods'] + p['works'] + p['services']}万元，其中：政府采购货物预算{p['goods']}万元、"
             f"政府采购工程预算{p['works']}万元、政府采购服务预算{p['services']}万元。"),
        Text("四、绩效目标设置情况", 4),
        Text(f"按照预算绩效管理工作的总体要求，本单位编报绩效目标的项目共3个，涉及项目预算资金{body.project}万元。"),
        Text("五、国有资产占有使用情况", 4),
        Text(f"截至{year - 1}年12月31日，本单位共有车辆1辆，其中：其他用车1辆。单价100万元（含）以上设备（不含车辆）0台（套）。"),
    ]  # fmt: skip


def _glossary() -> list[Piece]:
    return [
        Text(
            "（一）财政拨款收入：是单位本年度从本级财政部门取得的财政拨款，包括一般公共预算财政拨款、政府性基金预算财政拨款和国有资本经营预算财政拨款。"
        ),
        Text(
            "（二）基本支出预算：是单位为保障其机构正常运转、完成日常工作任务而编制的年度基本支出计划，包括人员经费和公用经费两部分。"
        ),
        Text("（三）项目支出预算：是单位为完成行政工作任务、事业发展目标，在基本支出之外编制的年度支出计划。"),
        Text("（四）“三公”经费：是单位使用本级财政拨款安排的因公出国（境）费、公务用车购置及运行费、公务接待费。"),
    ]
