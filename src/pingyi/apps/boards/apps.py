from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "pingyi.apps.boards"
    label = "boards"
    verbose_name = "门户"
