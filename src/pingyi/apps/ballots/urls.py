from django.urls import path

from pingyi.apps.ballots.views import files, hall, keys, opening, outcome

app_name = "ballots"
urlpatterns = [
    path("<slug:slug>/keys/", keys.keys, name="keys"),
    path("<slug:slug>/keys/request/", keys.key_request, name="key_request"),
    path("<slug:slug>/keys/site/", keys.site_keys, name="site_keys"),
    path("<slug:slug>/keys/confirm/", keys.confirm, name="confirm_keys"),
    path("<slug:slug>/begin/", keys.begin, name="begin"),
    path("<slug:slug>/zero/", keys.zero, name="zero"),
    path("<slug:slug>/console/", hall.console, name="console"),
    path("<slug:slug>/console/live/", hall.live, name="live"),
    path("<slug:slug>/console/clock/", hall.accept_clock, name="accept_clock"),
    path("<slug:slug>/items/<int:number>/open/", hall.open_item, name="open_item"),
    path("<slug:slug>/items/<int:number>/lock/", hall.lock_item, name="lock_item"),
    path("<slug:slug>/exchange/", hall.exchange, name="exchange"),
    path("<slug:slug>/purge/", hall.purge, name="purge"),
    path("<slug:slug>/opening/", opening.opening, name="opening"),
    path("<slug:slug>/opening/inspect/", opening.inspect, name="inspect"),
    path("<slug:slug>/opening/confirm/", opening.confirm, name="confirm"),
    path("<slug:slug>/opening/shares/", opening.shares, name="shares"),
    path("<slug:slug>/opening/open/", opening.open_box, name="open_box"),
    path("<slug:slug>/opening/<int:number>/", opening.protocol, name="protocol"),
    path("<slug:slug>/plan/", outcome.disclosure_plan, name="plan"),
    path("<slug:slug>/reconciliation/", outcome.reconcile, name="reconciliation"),
    path("<slug:slug>/results/", outcome.overview, name="results"),
    path("<slug:slug>/results/<int:number>/", outcome.answers, name="answers"),
    path("<slug:slug>/tallies/", files.tallies, name="tallies"),
    path("<slug:slug>/tallies/template/", files.tally_template, name="tally_template"),
    path("<slug:slug>/paper/", files.paper_ballots, name="paper"),
    path("<slug:slug>/paper/template/", files.paper_template, name="paper_template"),
    path("<slug:slug>/figures/", files.figures, name="figures"),
    path("<slug:slug>/figures/template/", files.figure_template, name="figure_template"),
    path("<slug:slug>/score/", outcome.score, name="score"),
    path("<slug:slug>/score/<str:code>/", outcome.why, name="why"),
]
