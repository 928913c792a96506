from django.urls import path

from pingyi.apps.calendar import views

app_name = "calendar"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:year>/", views.year, name="year"),
    path("<int:year>/file/", views.year_file, name="file"),
    path("<int:year>/source/", views.source, name="source"),
    path("<int:year>/days/", views.days, name="days"),
    path("<int:year>/remove/", views.remove, name="remove"),
    path("import/", views.upload, name="upload"),
    path("import/template/", views.template, name="template"),
    path("import/commit/", views.commit, name="commit"),
]
