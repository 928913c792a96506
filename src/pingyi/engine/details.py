"""What libraries and the system say of a failure, in the language of the reader."""

from __future__ import annotations

import csv
import errno
import re
import zipfile
from pathlib import Path

from pingyi.engine.messages import Phrase

_ERRNO = {
    errno.ENOENT: Phrase("文件或目录不存在", "no such file or folder"),
    errno.EACCES: Phrase("没有权限", "permission denied"),
    errno.EPERM: Phrase("没有权限", "permission denied"),
    errno.EROFS: Phrase("磁盘是只读的", "the disk is read-only"),
    errno.ENOSPC: Phrase("磁盘空间不足", "no space left on the disk"),
    errno.EDQUOT: Phrase("磁盘配额已满", "the disk quota is used up"),
    errno.EISDIR: Phrase("这是目录，不是文件", "this is a folder, not a file"),
    errno.ENOTDIR: Phrase("路径中有一段不是目录", "a part of the path is not a folder"),
    errno.EEXIST: Phrase("已经存在", "it is there already"),
    errno.ENAMETOOLONG: Phrase("名称过长", "the name is too long"),
    errno.EMFILE: Phrase("同时打开的文件过多", "too many open files"),
    errno.EBUSY: Phrase("文件正被占用", "the file is in use"),
    errno.EIO: Phrase("磁盘读写出错", "the disk cannot be read or written"),
}

# What is looked for in the library's own words → what it means.
_CSV = {
    "unexpected end": "引号没有闭合，文件到此结束",
    "field larger": "有一格过长，多半是引号没有闭合",
    "NUL": "含有空字符，不是文本文件",
    "new-line": "换行符不合规则",
    "expected after": "引号后面应是逗号或换行",
}
_YAML = {
    "mapping values are not allowed": "这里不能再有“键: 值”（值里有冒号时请加引号，或检查缩进）",
    "could not find expected ':'": "键后面缺少冒号",
    "cannot start any token": "有不能直接书写的字符（制表符，或 @ ` % 开头的值请加引号）",
    "did not find expected key": "缩进不一致，或引号、括号没有闭合",
    "expected <block end>": "缩进不一致",
    "did not find expected '-'": "列表的缩进不一致",
    "did not find expected ',' or": "方括号或花括号没有闭合，或缺少逗号",
    "unexpected end of stream": "引号没有闭合",
    "found unexpected document": "引号没有闭合",
    "expected a single document": "文件里有多个文档（---），只能有一个",
    "control characters": "有不可见的控制字符",
    "not allowed": "有不允许的字符",
}


def reason(error: object) -> Phrase:
    """Why something failed. Chinese where the cause is known, else what kind of thing it was; the
    English text keeps the library's own words."""
    said = next(iter(str(error).splitlines()), "") or repr(error)
    if isinstance(error, OSError) and error.errno in _ERRNO:
        return _ERRNO[error.errno]
    if isinstance(error, OSError):
        return Phrase(f"系统报告错误 {error.errno or ''}".strip(), error.strerror or said)
    if isinstance(error, csv.Error):
        return Phrase(_meaning(_CSV, said, "不是合格的 CSV"), said)
    if isinstance(error, zipfile.BadZipFile):
        changed = re.search("Bad CRC-32 for file '(.+)'", said)
        zh = f"“{changed[1]}”与包内记录的校验和不符" if changed else "不是完整的 ZIP 文件"
        return Phrase(zh, said)
    if isinstance(error, KeyError):
        return Phrase(f"缺少 {said}", f"{said} is missing")
    return Phrase("内容与文件类型不符，或文件不完整", said)


def yaml_reason(said: object) -> Phrase:
    """What a YAML parser found."""
    return Phrase(_meaning(_YAML, str(said), "写法不合 YAML 规则"), str(said))


def system_reason(error: OSError) -> Phrase:
    """A failure of the system with the file that it befell."""
    name = Path(str(error.filename)).as_posix() if error.filename else ""
    told = reason(error)
    return Phrase(f"{name}：{told.zh}" if name else told.zh, f"{name}: {told.en}".lstrip(": "))


def _meaning(table: dict[str, str], said: str, otherwise: str) -> str:
    return next((zh for words, zh in table.items() if re.search(re.escape(words), said)), otherwise)
