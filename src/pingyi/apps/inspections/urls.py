from django.urls import path

from pingyi.apps.inspections.views import acts, field, files, outcomes, plans, teams

app_name = "inspections"
urlpatterns = [
    path("", files.index, name="index"),
    path("new/", plans.plan, name="create"),
    path("<int:pk>/", files.inspection_file, name="inspection"),
    path("<int:pk>/edit/", plans.edit, name="edit"),
    path("<int:pk>/team/", teams.team, name="team"),
    path("<int:pk>/team/<int:key>/drop/", teams.drop, name="drop_member"),
    path("<int:pk>/sample/", plans.sample, name="sample"),
    path("<int:pk>/sample/codes.csv", plans.codes, name="codes"),
    path("<int:pk>/field/", field.field, name="field"),
    path("<int:pk>/field/offline/", field.field_offline, name="field_offline"),
    path("<int:pk>/field/worker.js", field.worker, name="worker"),
    path("<int:pk>/field/sync/", field.sync, name="sync"),
    path("<int:pk>/visits/<uuid:key>/", field.visit, name="visit"),
    path("<int:pk>/findings/<uuid:key>/", field.finding, name="finding"),
    path("<int:pk>/entries/", outcomes.entries, name="entries"),
    path("<int:pk>/conclusions/<int:key>/", outcomes.conclusion, name="conclusion"),
    path("<int:pk>/conclusions/<int:key>/object/", outcomes.object_to, name="object"),
    path("<int:pk>/objections/<int:key>/", outcomes.decide, name="decide"),
    path("<int:pk>/circular/print/", outcomes.circular, name="circular"),
    path("<int:pk>/do/<slug:verb>/", acts.act, name="act"),
]
