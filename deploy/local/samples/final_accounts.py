"""Composes a final-accounts disclosure (部门决算): nine tables in 万元, then the narrative."""

from __future__ import annotations

from decimal import Decimal

from deploy.local.samples.document import Document, Piece, Sheet, Text
from deploy.local.samples.figures import CLASSES, Body, amount, numeral, percent, tree

Cells = tuple[str, ...]
ZERO = Decimal(0)


def final_accounts(body: Body, year: int, published: str) -> Document:
    """The disclosure of ``body`` for ``year``, without a defect."""
    title = f"{body.issuer}{year}年度部门决算"
    contents = [Text("目录", 2)]
    contents += [Text(f"第{numeral(i)}部分 {name}") for i, name in enumerate(_parts(body, year), 1)]
    pieces: list[Piece] = [Text(title, 1), *contents, *_overview(body, year)]
    pieces.append(Text(f"第二部分 {_parts(body, year)[1]}", 2))
    pieces += _tables(body, year)
    pieces.append(Text(f"第三部分 {_parts(body, year)[2]}", 2))
    pieces += _narrative(body, year)
    pieces.append(Text("第四部分 名词解释", 2))
    pieces += _glossary()
    return Document(title, published, tuple(pieces))


def _parts(body: Body, year: int) -> tuple[str, str, str, str]:
    return (
        f"{body.issuer}概况", f"{body.issuer}{year}年度部门决算表", f"{body.issuer}{year}年度部门决算情况说明", "名词解释",
    )  # fmt: skip


def _overview(body: Body, year: int) -> list[Piece]:
    units = body.raw["units"]
    return [
        Text(f"第一部分 {body.issuer}概况", 2),
        Text("一、主要职能", 3),
        *[Text(f"（{numeral(i)}）{duty}") for i, duty in enumerate(body.raw["duties"], 1)],
        Text("二、部门决算单位构成", 3),
        Text(f"纳入{body.issuer}{year}年度部门决算编制范围的单位共{len(units)}个，包括：{'、'.join(units)}。"),
    ]


def _money(value: Decimal) -> str:
    return f"{value:.2f}" if value else ""


def _totals(body: Body) -> dict[str, Decimal]:
    fiscal = body.basic + body.project
    extra = amount(body.raw["other_spending"][2])
    income = fiscal + body.number("other_income")
    return {
        "fiscal": fiscal,
        "extra": extra,
        "income": income,
        "expenditure": fiscal + extra,
        "opening": body.number("opening"),
        "closing": body.number("closing"),
        "grand": income + body.number("opening"),
        "project": body.project + extra,
    }


def _by_class(body: Body, with_other: bool) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in body.lines:
        sums[line.names[0]] = sums.get(line.names[0], ZERO) + line.total
    if with_other:
        code = str(body.raw["other_spending"][0])
        name = next(line.names[0] for line in body.lines if line.code == code)
        sums[name] += amount(body.raw["other_spending"][2])
    return sums


def _tables(body: Body, year: int) -> list[Piece]:
    t = _totals(body)
    return [
        _sheet_totals(body, t), _sheet_income(body, t), _sheet_spending(body, t), _sheet_fiscal(body, t),
        _sheet_general(body, t), _sheet_basic(body), _sheet_three_public(body),
        _sheet_empty("政府性基金预算财政拨款收入支出决算表", "政府性基金预算", body, year),
        _sheet_empty("国有资本经营预算财政拨款收入支出决算表", "国有资本经营预算", body, year),
    ]  # fmt: skip


def _sheet_totals(body: Body, t: dict[str, Decimal]) -> Sheet:
    sources = ["一般公共预算财政拨款收入", "政府性基金预算财政拨款收入", "国有资本经营预算财政拨款收入", "上级补助收入", "事业收入",
               "经营收入", "附属单位上缴收入", "其他收入"]  # fmt: skip
    incomes = {sources[0]: t["fiscal"], sources[7]: body.number("other_income")}
    spending = _by_class(body, with_other=True)
    rows: list[Cells] = []
    for i, name in enumerate(CLASSES):
        left = (f"{numeral(i + 1)}、{sources[i]}", _money(incomes.get(sources[i], ZERO))) if i < len(sources) else ("", "")
        rows.append((*left, f"{numeral(i + 1)}、{name}", _money(spending.get(name, ZERO))))
    rows += [
        ("本年收入合计", _money(t["income"]), "本年支出合计", _money(t["expenditure"])),
        ("使用非财政拨款结余", "", "结余分配", ""),
        ("年初结转和结余", _money(t["opening"]), "年末结转和结余", _money(t["closing"])),
        ("总计", _money(t["grand"]), "总计", _money(t["grand"])),
    ]
    header = ((("收入", 1, 2), ("支出", 1, 2)), (("项目", 1, 1), ("决算数", 1, 1), ("项目", 1, 1), ("决算数", 1, 1)))
    return Sheet(
        "收入支出决算总表", "万元", body.issuer, header, tuple(rows), ("注：本表反映部门本年度的总收支和年末结转结余情况。",)
    )


def _with_other(body: Body) -> list[tuple[str, str, Decimal, Decimal, Decimal]]:
    """``(code, name, basic, project, other)`` with the spending that is not fiscal added to its 类, 款 and 项."""
    code, extra = str(body.raw["other_spending"][0]), amount(body.raw["other_spending"][2])
    return [(c, n, b, p, extra if code.startswith(c) else ZERO) for c, n, b, p in tree(body.lines)]


def _sheet_income(body: Body, t: dict[str, Decimal]) -> Sheet:
    # other income is booked under the 项 that it finances
    other = body.number("other_income")
    rows: list[Cells] = [("", "合计", _money(t["income"]), _money(t["fiscal"]), "", "", "", "", _money(other))]
    for code, name, basic, project, extra in _with_other(body):
        share = other if extra else ZERO
        rows.append((code, name, _money(basic + project + share), _money(basic + project), "", "", "", "", _money(share)))
    header = (
        (("项目", 1, 2), ("本年收入合计", 2, 1), ("财政拨款收入", 2, 1), ("上级补助收入", 2, 1), ("事业收入", 2, 1), ("经营收入", 2, 1),
         ("附属单位上缴收入", 2, 1), ("其他收入", 2, 1)),
        (("功能分类科目编码", 1, 1), ("科目名称", 1, 1)),
    )  # fmt: skip
    return Sheet("收入决算表", "万元", body.issuer, header, tuple(rows), ("注：本表反映部门本年度取得的各项收入情况。",), True)


def _sheet_spending(body: Body, t: dict[str, Decimal]) -> Sheet:
    rows: list[Cells] = [("", "合计", _money(t["expenditure"]), _money(body.basic), _money(t["project"]), "", "", "")]
    for code, name, basic, project, extra in _with_other(body):
        rows.append((code, name, _money(basic + project + extra), _money(basic), _money(project + extra), "", "", ""))
    header = (
        (("项目", 1, 2), ("本年支出合计", 2, 1), ("基本支出", 2, 1), ("项目支出", 2, 1), ("上缴上级支出", 2, 1), ("经营支出", 2, 1),
         ("对附属单位补助支出", 2, 1)),
        (("功能分类科目编码", 1, 1), ("科目名称", 1, 1)),
    )  # fmt: skip
    return Sheet("支出决算表", "万元", body.issuer, header, tuple(rows), ("注：本表反映部门本年度各项支出情况。",), True)


def _sheet_fiscal(body: Body, t: dict[str, Decimal]) -> Sheet:
    sources = ["一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]
    spending = _by_class(body, with_other=False)
    rows: list[Cells] = []
    for i, name in enumerate(CLASSES):
        left = (f"{numeral(i + 1)}、{sources[i]}", _money(t["fiscal"]) if i == 0 else "") if i < len(sources) else ("", "")
        value = _money(spending.get(name, ZERO))
        rows.append((*left, f"{numeral(i + 1)}、{name}", value, value, "", ""))
    total = _money(t["fiscal"])
    rows += [
        ("本年收入合计", total, "本年支出合计", total, total, "", ""),
        ("年初财政拨款结转和结余", "", "年末财政拨款结转和结余", "", "", "", ""),
        ("总计", total, "总计", total, total, "", ""),
    ]
    header = (
        (("收入", 1, 2), ("支出", 1, 5)),
        (("项目", 1, 1), ("决算数", 1, 1), ("项目", 1, 1), ("合计", 1, 1), ("一般公共预算财政拨款", 1, 1), ("政府性基金预算财政拨款", 1, 1),
         ("国有资本经营预算财政拨款", 1, 1)),
    )  # fmt: skip
    note = (
        "注：本表反映部门本年度一般公共预算财政拨款、政府性基金预算财政拨款和国有资本经营预算财政拨款的总收支和年末结转结余情况。"
    )
    return Sheet("财政拨款收入支出决算总表", "万元", body.issuer, header, tuple(rows), (note,))


def _sheet_general(body: Body, t: dict[str, Decimal]) -> Sheet:
    rows: list[Cells] = [("", "合计", _money(t["fiscal"]), _money(body.basic), _money(body.project))]
    rows += [(code, name, _money(b + p), _money(b), _money(p)) for code, name, b, p in tree(body.lines)]
    header = (
        (("项目", 1, 2), ("合计", 2, 1), ("基本支出", 2, 1), ("项目支出", 2, 1)),
        (("功能分类科目编码", 1, 1), ("科目名称", 1, 1)),
    )
    note = "注：本表反映部门本年度一般公共预算财政拨款支出情况。"
    return Sheet("一般公共预算财政拨款支出决算表", "万元", body.issuer, header, tuple(rows), (note,))


def economy_rows(body: Body) -> list[tuple[str, str, Decimal]]:
    """``(code, name, amount)`` of every economic 类 and 款, 类 first."""
    names = {"301": "工资福利支出", "302": "商品和服务支出", "303": "对个人和家庭的补助", "310": "资本性支出"}
    rows: list[tuple[str, str, Decimal]] = []
    for code, name in names.items():
        children = [entry for entry in body.economy if entry[0].startswith(code)]
        if children:
            rows.append((code, name, sum((value for _, _, value in children), ZERO)))
            rows += children
    return rows


def _sheet_basic(body: Body) -> Sheet:
    entries = economy_rows(body)
    staff = [e for e in entries if e[0][:3] in {"301", "303"}]
    office = [e for e in entries if e[0][:3] in {"302", "310"}]
    rows: list[Cells] = []
    for i in range(max(len(staff), len(office))):
        left = (staff[i][0], staff[i][1], _money(staff[i][2])) if i < len(staff) else ("", "", "")
        right = (office[i][0], office[i][1], _money(office[i][2])) if i < len(office) else ("", "", "")
        rows.append((*left, *right))
    rows.append(("", "人员经费合计", _money(body.personnel), "", "公用经费合计", _money(body.operating)))
    header = (
        (("人员经费", 1, 3), ("公用经费", 1, 3)),
        (("科目编码", 1, 1), ("科目名称", 1, 1), ("决算数", 1, 1), ("科目编码", 1, 1), ("科目名称", 1, 1), ("决算数", 1, 1)),
    )
    note = "注：本表反映部门本年度一般公共预算财政拨款基本支出明细情况。"
    return Sheet("一般公共预算财政拨款基本支出决算表", "万元", body.issuer, header, tuple(rows), (note,))


def _three_public(body: Body, phase: int) -> dict[str, Decimal]:
    items = {key: amount(values[phase]) for key, values in body.raw["three_public"].items()}
    items["vehicles"] = items["purchase"] + items["running"]
    items["total"] = items["abroad"] + items["vehicles"] + items["reception"]
    return items


def _sheet_three_public(body: Body) -> Sheet:
    order = ("total", "abroad", "vehicles", "purchase", "running", "reception")
    row = tuple(f"{_three_public(body, phase)[key]:.2f}" for phase in (0, 1) for key in order)
    group = (("合计", 2, 1), ("因公出国（境）费", 2, 1), ("公务用车购置及运行费", 1, 3), ("公务接待费", 2, 1))
    inner = (("小计", 1, 1), ("公务用车购置费", 1, 1), ("公务用车运行费", 1, 1))
    header = ((("预算数", 1, 6), ("决算数", 1, 6)), (*group, *group), (*inner, *inner))
    note = "注：本表反映部门本年度“三公”经费支出预决算情况。其中，预算数为“三公”经费年初预算数。"
    return Sheet("财政拨款“三公”经费支出决算表", "万元", body.issuer, header, (row,), (note,), True)


def _sheet_empty(title: str, fund: str, body: Body, year: int) -> Sheet:
    header = (
        (("项目", 1, 2), ("年初结转和结余", 2, 1), ("本年收入", 2, 1), ("本年支出", 1, 3), ("年末结转和结余", 2, 1)),
        (("功能分类科目编码", 1, 1), ("科目名称", 1, 1), ("小计", 1, 1), ("基本支出", 1, 1), ("项目支出", 1, 1)),
    )
    note = f"说明：{body.issuer}{year}年度没有{fund}财政拨款收入和支出，故本表无数据。"
    return Sheet(title, "万元", body.issuer, header, (("", "合计", "", "", "", "", "", ""),), (note,))


def _change(now: Decimal, before: Decimal, noun: str = "") -> str:
    delta = now - before
    if not delta:
        return f"{noun}与上年持平"
    word, rate = ("增加", "增长") if delta > 0 else ("减少", "下降")
    return f"{noun}{word}{abs(delta)}万元，{rate}{percent(abs(delta), before)}"


def _completion(initial: Decimal, final: Decimal) -> str:
    compare = "等于" if final == initial else "大于" if final > initial else "小于"
    tail = (
        "" if final == initial else "，主要原因是：根据实际工作需要安排支出" if final < initial else "，主要原因是：年中追加预算"
    )
    rate = percent(final, initial) if initial else "0.00%"
    return f"年初预算为{initial:.2f}万元，支出决算为{final:.2f}万元，完成年初预算的{rate}，决算数{compare}年初预算数{tail}。"


def _narrative(body: Body, year: int) -> list[Piece]:
    t, last = _totals(body), year - 1
    spending = _by_class(body, with_other=False)
    initial = sum((line.initial for line in body.lines), ZERO)
    staff = "、".join(name for code, name, _ in body.economy if code[:3] in {"301", "303"})
    office = "、".join(name for code, name, _ in body.economy if code[:3] not in {"301", "303"})
    reason = "主要原因是：泵站和闸门的运行维护任务增加。"
    uses = "；".join(f"{name}（类）{value:.2f}万元，占{percent(value, t['fiscal'])}" for name, value in spending.items())
    pieces: list[Piece] = [
        Text("一、收入支出决算总体情况说明", 3),
        Text(f"{body.issuer}{year}年度收入支出总计{t['grand']}万元。与{last}年度相比，收入支出总计"
             f"{_change(t['grand'], body.number('last_year_total'))}。{reason}"),
        Text("二、收入决算情况说明", 3),
        Text(f"本年收入合计{t['income']}万元，其中：财政拨款收入{t['fiscal']}万元，占{percent(t['fiscal'], t['income'])}；"
             f"其他收入{body.number('other_income')}万元，占{percent(body.number('other_income'), t['income'])}。"),
        Text("三、支出决算情况说明", 3),
        Text(f"本年支出合计{t['expenditure']}万元，其中：基本支出{body.basic}万元，占{percent(body.basic, t['expenditure'])}；"
             f"项目支出{t['project']}万元，占{percent(t['project'], t['expenditure'])}。"),
        Text("四、财政拨款收入支出决算总体情况说明", 3),
        Text(f"{body.issuer}{year}年度财政拨款收入支出总计{t['fiscal']}万元。与{last}年度相比，财政拨款收入支出总计"
             f"{_change(t['fiscal'], body.number('last_year_fiscal'))}。{reason}"),
        Text("五、一般公共预算财政拨款支出决算情况说明", 3),
        Text("（一）一般公共预算财政拨款支出决算总体情况", 4),
        Text(f"一般公共预算财政拨款支出{t['fiscal']}万元，占本年支出合计的{percent(t['fiscal'], t['expenditure'])}。与{last}年度相比，"
             f"一般公共预算财政拨款支出{_change(t['fiscal'], body.number('last_year_fiscal'))}。{reason}"),
        Text("（二）一般公共预算财政拨款支出决算结构情况", 4),
        Text(f"一般公共预算财政拨款支出{t['fiscal']}万元，主要用于以下方面：{uses}。"),
        Text("（三）一般公共预算财政拨款支出决算具体情况", 4),
        Text(f"一般公共预算财政拨款支出{_completion(initial, t['fiscal'])}其中："),
    ]  # fmt: skip
    for i, line in enumerate(body.lines, 1):
        name = f"{line.names[0]}（类）{line.names[1]}（款）{line.names[2]}（项）"
        pieces.append(Text(f"{i}、{name}。主要用于：{line.purpose}。{_completion(line.initial, line.total)}"))
    pieces += [
        Text("六、一般公共预算财政拨款基本支出决算情况说明", 3),
        Text(f"一般公共预算财政拨款基本支出{body.basic}万元。其中：人员经费{body.personnel}万元，主要包括：{staff}；"
             f"公用经费{body.operating}万元，主要包括：{office}。"),
    ]  # fmt: skip
    return pieces + _three_public_text(body, year) + _other_text(body, year)


def _three_public_text(body: Body, year: int) -> list[Piece]:
    plan, done = _three_public(body, 0), _three_public(body, 1)
    before = {key: amount(value) for key, value in body.raw["three_public_last_year"].items()}
    before["vehicles"] = before["purchase"] + before["running"]
    total_before = before["abroad"] + before["vehicles"] + before["reception"]
    counts = body.raw["counts"]

    def of(key: str) -> str:
        return f"完成预算的{percent(done[key], plan[key]) if plan[key] else '0.00%'}"

    return [
        Text("七、财政拨款“三公”经费支出决算情况说明", 3),
        Text("（一）“三公”经费财政拨款支出决算总体情况说明", 4),
        Text(f"“三公”经费财政拨款支出年初预算为{plan['total']}万元，支出决算为{done['total']}万元，{of('total')}，其中：因公出国（境）费"
             f"支出决算为{done['abroad']}万元，{of('abroad')}；公务用车购置及运行费支出决算为{done['vehicles']}万元，{of('vehicles')}；"
             f"公务接待费支出决算为{done['reception']}万元，{of('reception')}。决算数小于预算数的主要原因：严格控制“三公”经费支出。"),
        Text(f"{year}年度“三公”经费财政拨款支出决算数比{year - 1}年度{_change(done['total'], total_before)}，其中：因公出国（境）费支出"
             f"与上年持平；公务用车购置及运行费支出{_change(done['vehicles'], before['vehicles'])}；公务接待费支出"
             f"{_change(done['reception'], before['reception'])}。公务用车购置及运行费支出增加的主要原因是更新公务用车1辆。"),
        Text("（二）“三公”经费财政拨款支出决算具体情况说明", 4),
        Text(f"1、因公出国（境）费支出{done['abroad']}万元。全年安排因公出国（境）团组0个、累计0人次。"),
        Text(f"2、公务用车购置及运行费支出{done['vehicles']}万元。其中：公务用车购置支出{done['purchase']}万元，购置公务用车{counts['bought']}辆；"
             f"公务用车运行支出{done['running']}万元，{year}年末开支财政拨款的公务用车保有量为{counts['held']}辆。"),
        Text(f"3、公务接待费支出{done['reception']}万元。其中：国内公务接待支出{done['reception']}万元，主要用于接待上级部门和外省市单位"
             f"调研考察，共接待{counts['batches']}批次、{counts['guests']}人次；外宾接待支出0.00万元，共接待0批次、0人次。"),
    ]  # fmt: skip


def _other_text(body: Body, year: int) -> list[Piece]:
    p = {key: amount(value) for key, value in body.raw["procurement"].items()}
    total = p["goods"] + p["works"] + p["services"]
    held = body.raw["counts"]["held"]
    return [
        Text("八、政府性基金预算财政拨款收入支出决算情况说明", 3),
        Text(f"{body.issuer}{year}年度无政府性基金预算财政拨款收入和支出。"),
        Text("九、国有资本经营预算财政拨款收入支出决算情况说明", 3),
        Text(f"{body.issuer}{year}年度无国有资本经营预算财政拨款收入和支出。"),
        Text("十、预算绩效管理情况", 3),
        Text(f"{body.issuer}{year}年度按照预算绩效管理要求，对全部项目开展绩效自评，评价结果用于改进管理和安排下一年度预算。"),
        Text("十一、其他重要事项的情况说明", 3),
        Text("（一）机关运行经费支出情况", 4),
        Text(f"{body.issuer}为事业单位，{year}年度无机关运行经费支出。"),
        Text("（二）政府采购支出情况", 4),
        Text(f"{body.issuer}{year}年度政府采购支出总额{total}万元，其中：政府采购货物支出{p['goods']}万元、政府采购工程支出{p['works']}万元、"
             f"政府采购服务支出{p['services']}万元。授予中小企业合同金额{p['sme']}万元，占政府采购支出总额的{percent(p['sme'], total)}，"
             f"其中：授予小微企业合同金额{p['micro']}万元，占授予中小企业合同金额的{percent(p['micro'], p['sme'])}。"),
        Text("（三）国有资产占有使用情况", 4),
        Text(f"截至{year}年12月31日，{body.issuer}共有车辆{held}辆，其中：应急保障用车{held - 2}辆、其他用车2辆。"
             "单价100万元（含）以上设备（不含车辆）0台（套）。"),
    ]  # fmt: skip


def _glossary() -> list[Piece]:
    return [
        Text(
            "一、财政拨款收入：指单位本年度从本级财政部门取得的财政拨款，包括一般公共预算财政拨款、政府性基金预算财政拨款和国有资本经营预算财政拨款。"
        ),
        Text("二、其他收入：指单位取得的除“财政拨款收入”、“事业收入”、“经营收入”等以外的收入。"),
        Text("三、年初结转和结余：指以前年度尚未完成、结转到本年按有关规定继续使用的资金。"),
        Text(
            "四、年末结转和结余：指本年度或以前年度预算安排、因客观条件发生变化无法按原计划实施，需延迟到以后年度按有关规定继续使用的资金。"
        ),
        Text("五、基本支出：指单位为保障机构正常运转、完成日常工作任务而发生的各项支出。"),
        Text("六、项目支出：指单位为完成特定的行政工作任务或事业发展目标，在基本支出之外发生的各项支出。"),
        Text("七、“三公”经费：指单位使用本级财政拨款安排的因公出国（境）费、公务用车购置及运行费和公务接待费。"),
        Text(
            "八、机关运行经费：指行政单位和参照公务员法管理的事业单位使用一般公共预算财政拨款安排的基本支出中的日常公用经费支出。"
        ),
    ]
