from django.urls import path

from pingyi.apps.rounds.views import (
    console,
    meetings,
    opinions,
    programmes,
    remarks,
    rounds,
    targets,
    votes,
)

app_name = "rounds"
urlpatterns = [
    path("", rounds.index, name="index"),
    path("new/", rounds.create, name="create"),
    path("programmes/", programmes.index, name="programmes"),
    path("programmes/new/", programmes.create, name="create_programme"),
    path("programmes/<int:pk>/", programmes.edit, name="programme"),
    path("say/<slug:slug>/", opinions.say, name="say"),
    path("<slug:slug>/", rounds.round_file, name="round"),
    path("<slug:slug>/edit/", rounds.edit, name="edit"),
    path("<slug:slug>/copy/", rounds.copy, name="copy"),
    path("<slug:slug>/targets/", targets.targets, name="targets"),
    path("<slug:slug>/targets/units/", targets.pick_units, name="pick_units"),
    path("<slug:slug>/targets/order/", targets.order, name="order"),
    path("<slug:slug>/targets/template/", targets.template, name="target_template"),
    path("<slug:slug>/targets/import/", targets.import_file, name="import_targets"),
    path("<slug:slug>/votes/new/", votes.create, name="create_vote"),
    path("<slug:slug>/meetings/new/", meetings.create, name="create_meeting"),
    path("<slug:slug>/meetings/<int:pk>/", meetings.meeting_file, name="meeting"),
    path("<slug:slug>/meetings/<int:pk>/edit/", meetings.edit, name="edit_meeting"),
    path("<slug:slug>/meetings/<int:pk>/order/", meetings.order, name="order_meeting"),
    path("<slug:slug>/meetings/<int:pk>/console/", console.console, name="console"),
    path("<slug:slug>/meetings/<int:pk>/console/live/", console.live, name="console_live"),
    path("<slug:slug>/meetings/<int:pk>/console/act/", console.act, name="act"),
    path("<slug:slug>/meetings/<int:pk>/remarks/<int:item_pk>/", remarks.remarks, name="remarks"),
    path("<slug:slug>/remarks/", remarks.all_remarks, name="all_remarks"),
    path("<slug:slug>/opinions/", opinions.index, name="opinions"),
    path("<slug:slug>/opinions/categories/", opinions.categories, name="categories"),
    path("<slug:slug>/opinions/<int:pk>/", opinions.opinion, name="opinion"),
    path("<slug:slug>/go/<slug:verb>/", rounds.go, name="go"),
]
