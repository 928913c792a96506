from django.urls import path

from pingyi.apps.documents import views

app_name = "documents"
urlpatterns = [
    path("add/<str:kind>/<str:id>/", views.add, name="add"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/file/", views.file, name="file"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
