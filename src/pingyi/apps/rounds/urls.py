from django.urls import path

from pingyi.apps.rounds.views import programmes, rounds, targets, votes

app_name = "rounds"
urlpatterns = [
    path("", rounds.index, name="index"),
    path("new/", rounds.create, name="create"),
    path("programmes/", programmes.index, name="programmes"),
    path("programmes/new/", programmes.create, name="create_programme"),
    path("programmes/<int:pk>/", programmes.edit, name="programme"),
    path("<slug:slug>/", rounds.round_file, name="round"),
    path("<slug:slug>/edit/", rounds.edit, name="edit"),
    path("<slug:slug>/copy/", rounds.copy, name="copy"),
    path("<slug:slug>/targets/", targets.targets, name="targets"),
    path("<slug:slug>/targets/units/", targets.pick_units, name="pick_units"),
    path("<slug:slug>/targets/order/", targets.order, name="order"),
    path("<slug:slug>/targets/template/", targets.template, name="target_template"),
    path("<slug:slug>/targets/import/", targets.import_file, name="import_targets"),
    path("<slug:slug>/votes/new/", votes.create, name="create_vote"),
    path("<slug:slug>/visits/", rounds.visits, name="visits"),
    path("<slug:slug>/go/<slug:verb>/", rounds.go, name="go"),
]
