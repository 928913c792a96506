from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "pingyi.apps.schemes"
    label = "schemes"
    verbose_name = "评议方案"
