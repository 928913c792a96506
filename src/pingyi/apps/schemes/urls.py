from django.urls import path

from pingyi.apps.schemes.views import editing, sealing, trials, versions

app_name = "schemes"
urlpatterns = [
    path("", versions.index, name="index"),
    path("packs/", versions.choose, name="packs"),
    path("packs/<str:key>/", versions.pack, name="pack"),
    path("new/", versions.new_text, name="new_text"),
    path("<int:pk>/", versions.version, name="version"),
    path("<int:pk>/copy/", versions.copy, name="copy"),
    path("<int:pk>/discard/", versions.discard, name="discard"),
    path("<int:pk>/parameters/", editing.parameters, name="parameters"),
    path("<int:pk>/text/", editing.text, name="text"),
    path("<int:pk>/scheme.yaml", editing.download, name="download"),
    path("<int:pk>/differences/", sealing.differences, name="differences"),
    path("<int:pk>/seal/", sealing.seal, name="seal"),
    path("<int:pk>/tables/", trials.tables, name="tables"),
    path("<int:pk>/trial/", trials.start, name="start_trial"),
    path("<int:pk>/sample/", trials.sample, name="sample"),
    path("<int:pk>/simulation/", trials.simulate, name="simulate"),
    path("trials/<int:pk>/", trials.trial, name="trial"),
    path("trials/<int:pk>/again/", trials.again, name="trial_again"),
    path("trials/<int:pk>/why/<str:target>/", trials.why, name="why"),
]
