"""Root addresses: each room under its own name."""

from django.urls import include, path

from pingyi.site import gallery, views

urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", views.desk, name="desk"),
    path("health/", views.health, name="health"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/list/", gallery.gallery_list, name="gallery_list"),
    path("gallery/message/", gallery.gallery_message, name="gallery_message"),
    path("gallery/stage/<slug:kind>/", gallery.gallery_stage, name="gallery_stage"),
    path("accounts/", include("pingyi.site.account_urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("calendar/", include("pingyi.apps.calendar.urls")),
    path("documents/", include("pingyi.apps.documents.urls")),
    path("notices/", include("pingyi.apps.notices.urls")),
    path("people/", include("pingyi.apps.people.urls")),
    path("schemes/", include("pingyi.apps.schemes.urls")),
    path("polls/", include("pingyi.apps.polls.urls")),
    path("rolls/", include("pingyi.apps.rolls.urls")),
    path("ballots/", include("pingyi.apps.ballots.urls")),
    path("rounds/", include("pingyi.apps.rounds.urls")),
    path("scores/", include("pingyi.apps.scores.urls")),
    path("ledger/", include("pingyi.apps.ledger.urls")),
    path("pledges/", include("pingyi.apps.pledges.urls")),
    path("inspections/", include("pingyi.apps.inspections.urls")),
    path("talks/", include("pingyi.apps.talks.urls")),
    path("boards/", include("pingyi.apps.boards.urls")),
    path("v/", include("pingyi.apps.ballots.voter_urls")),
]

handler403 = "pingyi.base.pages.refused"
handler404 = "pingyi.base.pages.not_found"
handler500 = "pingyi.base.pages.broken"
handler400 = "pingyi.base.pages.bad_request"
