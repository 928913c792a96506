from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "pingyi.site"
    label = "site"
    verbose_name = "站点"
