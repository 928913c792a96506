"""Error pages: what happened, what to do, a way back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pingyi.base.errors import HouseError, Missing, Refused


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    error = HouseError(_("请求无法识别。"), _("请返回上一页重试。"))
    return _page(request, error)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, Refused(_("您没有查看此页的权限。"), _("如需办理，请联系本单位管理员。")))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, Missing(_("没有这个页面。"), _("请核对网址，或从菜单进入。")))


def broken(request: HttpRequest) -> HttpResponse:
    error = HouseError(_("系统出错，本次操作没有保存。"), _("请稍后重试；仍不行请联系系统管理员。"))
    error.status = 500
    return _page(request, error)


def _page(request: HttpRequest, error: HouseError) -> HttpResponse:
    return render(request, "base/error.html", {"error": error}, status=error.status)
