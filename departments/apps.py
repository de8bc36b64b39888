from django.apps import AppConfig


class DepartmentsConfig(AppConfig):
    name = "departments"
    verbose_name = "部门、大厅和岗位"
    default_auto_field = "django.db.models.BigAutoField"
