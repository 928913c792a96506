from django.urls import path

from pingyi.apps.boards import views

app_name = "boards"
urlpatterns = [
    path("", views.results, name="results"),
    path("wall/", views.wall, name="wall"),
    path("<int:pk>/", views.result, name="result"),
    path("<int:pk>/bundle/", views.bundle, name="bundle"),
]
