from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "pingyi.base"
    label = "base"
    verbose_name = "公共"
