from django.urls import path

from pingyi.apps.polls import views

app_name = "polls"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    path("<slug:slug>/", views.poll_file, name="poll"),
    path("<slug:slug>/edit/", views.edit, name="edit"),
    path("<slug:slug>/targets/", views.targets, name="targets"),
    path("<slug:slug>/targets/lots/", views.draw_lots, name="draw_lots"),
    path("<slug:slug>/targets/template/", views.target_template, name="target_template"),
    path("<slug:slug>/targets/import/", views.import_targets, name="import_targets"),
    path("<slug:slug>/targets/units/", views.pick_units, name="pick_units"),
    path("<slug:slug>/channels/", views.channels, name="channels"),
    path("<slug:slug>/prepare/", views.prepare, name="prepare"),
]
