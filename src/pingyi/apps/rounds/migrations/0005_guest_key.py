"""Each round that is there gets a key of its own."""

from django.db import migrations, models

import pingyi.apps.rounds.models.rounds


def give_keys(apps, schema_editor):
    Round = apps.get_model("rounds", "Round")
    for pk in Round.objects.values_list("pk", flat=True):
        Round.objects.filter(pk=pk).update(guest_key=pingyi.apps.rounds.models.rounds.new_key())


def key(**more):
    return models.CharField(editable=False, max_length=16, verbose_name="来访地址", **more)


class Migration(migrations.Migration):
    dependencies = [("rounds", "0004_own_comments")]

    operations = [
        migrations.AddField("round", "guest_key", key(null=True)),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField(
            "round",
            "guest_key",
            key(unique=True, default=pingyi.apps.rounds.models.rounds.new_key),
        ),
    ]
