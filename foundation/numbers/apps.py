from django.apps import AppConfig


class NumbersConfig(AppConfig):
    name = "foundation.numbers"
    verbose_name = "编号"
