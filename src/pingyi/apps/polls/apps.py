from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "pingyi.apps.polls"
    label = "polls"
    verbose_name = "投票"
