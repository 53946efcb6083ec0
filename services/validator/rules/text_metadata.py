"""What the file says of itself: a title of the template, or of another body."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.place import Evidence
from schemas.validation import Category, Severity, Text
from services.validator.prose import fold
from services.validator.registry import rule
from services.validator.results import Finding, NotApplicable, Passed
from services.validator.rules.text_issuer import other_body, plain
from services.validator.rules.text_placeholder import BASIS
from services.validator.samples import Draft
from services.validator.view import View

_TEMPLATE = re.compile(r"样张|样表|模板|模版|范本|样式|参考格式|参考文本|XX")


@rule(
    "text.file-title",
    category=Category.TEMPLATE_LEFTOVER,
    severity=Severity.WARNING,
    title=Text(zh="文件属性中的标题不属于本文件", en="the file's own title is the template's or another body's"),
    basis=BASIS,
    passing=lambda: Draft(metadata={"Title": "某区档案馆2023年度部门决算"}).report(),
    failing=lambda: Draft(metadata={"Title": "附件2：部门决算公开样张"}).report(),
)
def file_title(view: View) -> Iterator[Finding | NotApplicable | Passed]:
    """The title in the properties of a file is shown by readers and search engines: it must not be the
    template's, nor another body's."""
    title = next((value for key, value in view.report.metadata.items() if key.lower() == "title" and value.strip()), None)
    if title is None:
        yield NotApplicable("the file has no title of its own")
    elif _TEMPLATE.search(fold(title)) or other_body(fold(title), plain(view.identity.issuer)):
        yield Finding(
            subject="title",
            message=Text(
                zh=f"文件属性中的标题为“{title}”，不是本文件的标题。",
                en=f"The file's own title is the template's or another body's: {title}.",
            ),
            evidence=(Evidence(quote=title),),
            stated=title,
            expected=view.identity.title,
        )
    else:
        yield Passed("title")
