from django.urls import path

from pingyi.apps.scores.views import after, determinations, releases, results

app_name = "scores"
urlpatterns = [
    path("<slug:slug>/", results.result, name="result"),
    path("<slug:slug>/compute/", results.compute, name="compute"),
    path("<slug:slug>/progress/", results.progress, name="progress"),
    path("<slug:slug>/correct/", results.correct, name="correct"),
    path("<slug:slug>/<int:number>/", results.version, name="version"),
    path("<slug:slug>/<int:number>/check/", results.check, name="check"),
    path("<slug:slug>/<int:number>/send-back/", results.send_back, name="send_back"),
    path("<slug:slug>/<int:number>/sign/", results.sign, name="sign"),
    path("<slug:slug>/<int:number>/bundle/", results.bundle, name="bundle"),
    path("<slug:slug>/<int:number>/report/", results.report, name="report"),
    path("<slug:slug>/<int:number>/why/<str:code>/", results.why, name="why"),
    path("<slug:slug>/screen/", releases.screen, name="screen"),
    path("<slug:slug>/publish/", after.publish, name="publish"),
    path("<slug:slug>/told/", after.told, name="told"),
    path("<slug:slug>/told/<str:code>/object/", after.object_to, name="object"),
    path("<slug:slug>/objections/", after.objections, name="objections"),
    path("<slug:slug>/objections/<int:pk>/", after.rule, name="rule"),
    path("<slug:slug>/rectify/", after.rectify, name="rectify"),
    path("<slug:slug>/archive/", after.archive, name="archive"),
    path("<slug:slug>/determinations/", determinations.index, name="determinations"),
    path("<slug:slug>/determinations/new/", determinations.create, name="determine"),
    path("<slug:slug>/determinations/<int:pk>/", determinations.file, name="determination"),
    path("<slug:slug>/determinations/<int:pk>/review/", determinations.review, name="review"),
    path("<slug:slug>/determinations/<int:pk>/decide/", determinations.decide, name="decide"),
]
