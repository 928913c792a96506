from django.urls import path

from pingyi.apps.ledger.views import (
    acts,
    campaigns,
    entries,
    imports,
    lists,
    plans,
    sources,
    statistics,
)

app_name = "ledger"
urlpatterns = [
    path("", lists.index, name="index"),
    path("board/", lists.board, name="board"),
    path("timeline/", lists.timeline, name="timeline"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("print/", lists.printed, name="print"),
    path("views/", lists.save_view, name="save_view"),
    path("views/<int:pk>/drop/", lists.drop_view, name="drop_view"),
    path("new/", entries.register, name="register"),
    path("moved/", lists.moved, name="moved"),
    path("assign/", entries.assign_many, name="assign_many"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign, name="create_campaign"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="edit_campaign"),
    path("import/", imports.choose, name="import_choose"),
    path("import/<int:pk>/", imports.preview, name="import"),
    path("import/<int:pk>/again/", imports.again, name="import_again"),
    path("import/<int:pk>/discard/", imports.discard, name="import_discard"),
    path("import/<int:pk>/marked/", imports.marked, name="import_marked"),
    path("import/into/<int:pk>/", imports.upload, name="import_upload"),
    path("import/into/<int:pk>/template/", imports.template, name="import_template"),
    path("from/round/<slug:slug>/", sources.from_round, name="from_round"),
    path("<slug:number>/", entries.entry_file, name="entry"),
    path("<slug:number>/plan/", plans.plan, name="plan"),
    path("<slug:number>/close/", entries.close, name="close"),
    path("<slug:number>/listed/", entries.listed, name="listed"),
    path("<slug:number>/recount/", entries.recount, name="recount"),
    path("<slug:number>/urge/<int:pk>/", entries.urge_sheet, name="urge_sheet"),
    path("<slug:number>/<slug:verb>/", acts.act, name="act"),
]
