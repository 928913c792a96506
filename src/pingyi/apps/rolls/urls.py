from django.urls import path

from pingyi.apps.rolls import views

app_name = "rolls"
urlpatterns = [
    path("<slug:slug>/", views.rolls, name="rolls"),
    path("<slug:slug>/plan/", views.plan, name="plan"),
    path("<slug:slug>/codes/", views.codes, name="codes"),
    path("<slug:slug>/signature/", views.signature, name="signature"),
    path("<slug:slug>/slips/", views.slips, name="slips"),
    path("<slug:slug>/slips/print/", views.print_slips, name="print"),
    path("<slug:slug>/slips/finish/", views.finish, name="finish"),
    path("<slug:slug>/poster/", views.poster, name="poster"),
    path("<slug:slug>/void/", views.void, name="void"),
    path("<slug:slug>/counts/", views.counts, name="counts"),
]
