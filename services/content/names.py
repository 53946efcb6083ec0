"""What files are called: the bytes of a name → text, and names that mean nothing."""

from __future__ import annotations

import re
import zipfile

_UTF8_FLAG = 0x800
_JUNK = re.compile(r"(?:^|/)(?:__macosx/|\._|\.ds_store|~\$|thumbs\.db|desktop\.ini)|/$", re.I)


def name_of(raw: bytes) -> str:
    """The text of a file name: UTF-8, else the encoding of Chinese machines; anything else comes out as Latin-1."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def member_name(info: zipfile.ZipInfo) -> str:
    """A ZIP member's name, with ``/`` between folders. Without the flag for UTF-8 it is in the encoding of the machine that
    packed it: in China GBK."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    return name_of(info.orig_filename.encode("cp437", "replace")).replace("\\", "/")


def is_junk(path: str) -> bool:
    """Whether a path is a folder, or a file that a desktop leaves behind."""
    return bool(_JUNK.search(path))
