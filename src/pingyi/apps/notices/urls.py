from django.urls import path

from pingyi.apps.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.open_notice, name="open"),
    path("read/", views.read, name="read"),
    path("wishes/", views.wishes, name="wishes"),
]
