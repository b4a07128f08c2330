"""The table of the trail, and a trigger by which the database refuses to change a row."""

from typing import Any

from django.db import migrations, models

REFUSE = {
    "sqlite": (
        "CREATE TRIGGER trail_only_added_to BEFORE UPDATE ON trail_trailentry"
        " BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION trail_only_added_to() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit trail is only added to'; END $$",
        "CREATE TRIGGER trail_only_added_to BEFORE UPDATE ON trail_trailentry"
        " FOR EACH STATEMENT EXECUTE FUNCTION trail_only_added_to()",
    ),
}
ALLOW = {
    "sqlite": ("DROP TRIGGER trail_only_added_to",),
    "postgresql": (
        "DROP TRIGGER trail_only_added_to ON trail_trailentry",
        "DROP FUNCTION trail_only_added_to()",
    ),
}


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    for statement in REFUSE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    for statement in ALLOW[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TrailEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("event", models.CharField(max_length=20)),
                ("agency", models.CharField(blank=True, max_length=80)),
                ("key", models.CharField(blank=True, max_length=8)),
                ("patient", models.CharField(blank=True, max_length=20)),
                ("reader", models.CharField(blank=True, max_length=20)),
                ("relation", models.CharField(blank=True, max_length=20)),
                ("access", models.CharField(blank=True, max_length=40)),
                ("page", models.CharField(blank=True, max_length=40)),
                ("section", models.CharField(blank=True, max_length=80)),
                ("entry", models.CharField(blank=True, max_length=20)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=80)),
                ("request", models.CharField(blank=True, max_length=20)),
                ("address", models.CharField(blank=True, max_length=45)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["patient", "at"], name="trail_patient"),
                    models.Index(fields=["reader", "at"], name="trail_reader"),
                ],
            },
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
