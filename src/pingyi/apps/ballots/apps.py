from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "pingyi.apps.ballots"
    label = "ballots"
    verbose_name = "票箱"
