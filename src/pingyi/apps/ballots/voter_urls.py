"""Addresses of the voter's pages, below ``v/``. Short, since they are typed and printed."""

from django.urls import path

from pingyi.apps.ballots import voter_views

app_name = "voter"
urlpatterns = [
    path("", voter_views.entry, name="entry"),
    path("<slug:slug>/", voter_views.vote, name="vote"),
    path("<slug:slug>/open", voter_views.vote_openly, name="open"),
    path("<slug:slug>/check", voter_views.check, name="check"),
    path("<slug:slug>/stored", voter_views.what_is_stored, name="stored"),
    path("<slug:slug>/leaves/<int:item>.bin", voter_views.leaves, name="leaves"),
    path("<slug:slug>/aside/<int:item>.bin", voter_views.aside, name="aside"),
]
