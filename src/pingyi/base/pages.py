"""Error pages: what happened, what to do, a way back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from pingyi.base.errors import HouseError, Missing, Refused, Throttled


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain(HouseError(_("请求无法识别。"), _("请返回上一页重试。")), 400)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, Refused(_("您没有查看此页的权限。"), _("如需办理，请联系本单位管理员。")))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, Missing(_("没有这个页面。"), _("请核对网址，或从菜单进入。")))


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: it lay open too long, or comes from elsewhere."""
    error = Refused(
        _("页面已过期，本次操作没有保存。"),
        _("请返回上一页，刷新后重新填写；浏览器须允许 Cookie。"),
    )
    return page(request, error)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """After too many wrong passwords."""
    error = Throttled(
        _("密码错误次数过多，此账号在本机暂停登录。"),
        _("请 15 分钟后再试，或请安全管理员解除锁定。"),
    )
    return page(request, error)


def broken(request: HttpRequest) -> HttpResponse:
    error = HouseError(_("系统出错，本次操作没有保存。"), _("请稍后重试；仍不行请联系系统管理员。"))
    return _plain(error, 500)


def page(request: HttpRequest, error: HouseError) -> HttpResponse:
    """The page of an error, or its message where htmx asks for a part."""
    part = getattr(request, "htmx", False)
    template = "base/error_part.html" if part else "base/error.html"
    return render(request, template, {"error": error}, status=error.status)


def _plain(error: HouseError, status: int) -> HttpResponse:
    """Without account, menu or database: when nothing can be relied upon."""
    error.status = status
    return HttpResponse(render_to_string("base/error_plain.html", {"error": error}), status=status)
