"""Results on the screen of the hall."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pingyi.apps.polls.access import may
from pingyi.apps.rounds.queries import find_meeting
from pingyi.apps.scores import access, computing, queries, releases
from pingyi.apps.scores.access import READERS, SIGNERS, OfficeRequest, page
from pingyi.apps.scores.enums import Scope
from pingyi.apps.scores.models import Release
from pingyi.base.errors import Refused


@require_http_methods(["GET", "POST"])
@page(*READERS)
def screen(request: OfficeRequest, slug: str) -> HttpResponse:
    """What the screens of a round's meetings show, and the button that changes it."""
    found = access.find(request.user, slug)
    releases_them = may(request.user, *SIGNERS)
    if request.method == "POST":
        if not releases_them:
            raise Refused(_("只有组织者和主持人能在大屏上公布结果。"))
        asked = request.POST.get("meeting", "")
        meeting = find_meeting(found, int(asked) if asked.isdecimal() else 0)
        if request.POST.get("what") == "withdraw":
            releases.withdraw(by=request.user, meeting=meeting)
            messages.success(request, _("已从大屏撤下。"))
        else:
            scope = request.POST.get("scope", "")
            releases.release(by=request.user, meeting=meeting, scope=scope)
            messages.success(request, _("大屏已显示结果。"))
        return redirect("scores:screen", slug)
    one = queries.current(found)
    shown = {
        "round": found,
        "one": one,
        "ready": one is not None and one.state in queries.RELEASABLE,
        "unbalanced": computing.unbalanced(found) if one else [],
        "scopes": [scope for scope in Scope if scope in (Scope.ALL, Scope.GRADES)],
        "meetings": [(meeting, queries.released(meeting)) for meeting in found.meetings.all()],
        "history": Release.objects.filter(meeting__round=found).select_related(
            "meeting", "computation", "released_by", "withdrawn_by"
        ),
        "releases": releases_them,
    }
    return render(request, "scores/screen.html", shown)
