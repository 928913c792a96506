"""What click finds wrong with the words of a command, in Chinese where that is the language."""

from __future__ import annotations

import re

import click

from pingyi.cli.words import LANGUAGE
from pingyi.engine.details import reason
from pingyi.engine.messages import Phrase


def usage_text(error: click.ClickException) -> str:
    """One line for the error stream, and for a misused command how to get help."""
    if LANGUAGE == "en":
        told = f"Error: {error.format_message()}"
    else:
        told = f"参数错误：{_chinese(error)}。"
    context = getattr(error, "ctx", None)
    if context is None:
        return told
    hint = Phrase("用法见 {} --help。", "See {} --help.").text(LANGUAGE)
    return f"{told}\n{hint.format(context.command_path)}"


def _chinese(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            likely = "、".join(sorted(error.possibilities or ()))
            return f"没有选项 {error.option_name}" + (f"，是不是 {likely}" if likely else "")
        case click.MissingParameter():
            return f"缺少{_kind(error)} {_name(error)}"
        case click.BadParameter():
            return f"{_kind(error)} {_name(error)} 的值{_bad_value(error)}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面缺少值，或多写了值"
        case click.FileError():
            return f"打不开文件“{error.ui_filename}”"
    if match := re.match(r"No such command '(.*)'", error.message):
        return f"没有命令“{match[1]}”"
    if match := re.match(r"Got unexpected extra arguments? \((.*)\)", error.message):
        return f"多余的参数：{match[1]}"
    if error.message.startswith("Missing command"):
        return "缺少命令"
    # Our own usage errors are worded in the reader's language already.
    return error.message if re.search("[\u4e00-\u9fff]", error.message) else "写法不对"


def _kind(error: click.BadParameter) -> str:
    return "参数" if isinstance(error.param, click.Argument) else "选项"


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    if isinstance(error.param, click.Argument):
        return error.param.make_metavar(error.ctx or click.Context(click.Command("pingyi")))
    return max(error.param.opts, key=len)


def _bad_value(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    quoted = re.search("'([^']*)'", error.message)
    given = f"“{quoted[1]}”" if quoted else ""
    match kind:
        case click.Choice():
            return f"{given}不在可选值内：{'、'.join(map(str, kind.choices))}"
        case click.IntRange():
            most = "" if kind.max is None else f"，不大于 {kind.max}"
            return f"{given}不对，应为整数，不小于 {kind.min}{most}"
        case click.Path():
            return f"{given}不对：{_path_fault(error.message)}"
    return f"{given}不合要求"


def _path_fault(message: str) -> str:
    for words, kind in (
        ("does not exist", FileNotFoundError(2, "")),
        ("is a directory", IsADirectoryError(21, "")),
        ("not readable", PermissionError(13, "")),
        ("not writable", PermissionError(13, "")),
    ):
        if words in message:
            return reason(kind).zh
    return "这是文件，不是目录" if "is a file" in message else "路径不能用"
