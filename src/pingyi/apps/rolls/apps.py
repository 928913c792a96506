from django.apps import AppConfig


class RollsConfig(AppConfig):
    name = "pingyi.apps.rolls"
    label = "rolls"
    verbose_name = "票册"
