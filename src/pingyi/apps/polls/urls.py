from django.urls import path

from pingyi.apps.polls.views import polls, rulings

app_name = "polls"
urlpatterns = [
    path("", polls.index, name="index"),
    path("new/", polls.create, name="create"),
    path("<slug:slug>/", polls.poll_file, name="poll"),
    path("<slug:slug>/edit/", polls.edit, name="edit"),
    path("<slug:slug>/targets/", polls.targets, name="targets"),
    path("<slug:slug>/targets/lots/", polls.draw_lots, name="draw_lots"),
    path("<slug:slug>/targets/template/", polls.target_template, name="target_template"),
    path("<slug:slug>/targets/import/", polls.import_targets, name="import_targets"),
    path("<slug:slug>/targets/units/", polls.pick_units, name="pick_units"),
    path("<slug:slug>/channels/", polls.channels, name="channels"),
    path("<slug:slug>/prepare/", polls.prepare, name="prepare"),
    path("<slug:slug>/rulings/", rulings.index, name="rulings"),
    path("<slug:slug>/rulings/apply/<slug:key>/", rulings.apply, name="apply"),
    path("<slug:slug>/rulings/<int:number>/", rulings.ruling, name="ruling"),
]
