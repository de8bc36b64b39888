from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0005_catalogue_imports")]
    operations = [
        migrations.AlterField(
            model_name="saying",
            name="kind",
            field=models.CharField(
                choices=[
                    ("filler", "略去的话"),
                    ("synonym", "意思相近的词"),
                    ("situation", "一件事的情形说法"),
                    ("outside", "这里没有的事"),
                ],
                max_length=20,
                verbose_name="种类",
            ),
        ),
    ]
