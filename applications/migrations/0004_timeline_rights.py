"""The role that runs the portal may add to the timeline and read it; changing it is nobody's business."""

from django.db import migrations

REVOKE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON applications_event FROM app;
    END IF;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_task_kind")]
    operations = [migrations.RunSQL(REVOKE, migrations.RunSQL.noop)]
