from django.urls import path

from pingyi.apps.pledges.views import campaigns, lists, pledges, public, settling

app_name = "pledges"
urlpatterns = [
    path("", lists.index, name="index"),
    path("items/", lists.items, name="items"),
    path("statistics/", lists.statistics, name="statistics"),
    path("print/", lists.printed, name="print"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.edit, name="create_campaign"),
    path("campaigns/<int:pk>/", campaigns.campaign_file, name="campaign"),
    path("campaigns/<int:pk>/edit/", campaigns.edit, name="edit_campaign"),
    path("campaigns/<int:pk>/announce/", campaigns.announce, name="announce"),
    path("campaigns/<int:pk>/end/", campaigns.end, name="end"),
    path("campaigns/<int:pk>/figures/", campaigns.figures, name="figures"),
    path("public/", public.campaigns, name="public"),
    path("public/<int:pk>/", public.pledge, name="public_pledge"),
    path("<int:pk>/", pledges.pledge_file, name="pledge"),
    path("<int:pk>/write/", pledges.write, name="write"),
    path("<int:pk>/items/new/", pledges.item, name="create_item"),
    path("<int:pk>/items/<int:number>/", pledges.item, name="edit_item"),
    path("<int:pk>/items/<int:number>/drop/", pledges.drop_item, name="drop_item"),
    path("<int:pk>/hand-in/", pledges.hand_in, name="hand_in"),
    path("<int:pk>/admit/", pledges.admit, name="admit"),
    path("<int:pk>/give-back/", pledges.give_back, name="give_back"),
    path("<int:pk>/publish/", pledges.publish, name="publish"),
    path("<int:pk>/letter/", pledges.letter, name="letter"),
    path("<int:pk>/account/", settling.account, name="account"),
    path("<int:pk>/settle/", settling.settle, name="settle"),
    path("<int:pk>/send-back/", settling.send_back, name="send_back"),
    path("<int:pk>/close/", settling.close, name="close"),
]
