from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(condition=Q(state="pending"), fields=["department", "id"], name="task_pending"),
        ),
    ]
