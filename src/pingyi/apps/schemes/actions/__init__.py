"""What is done with schemes: versions and their trials."""

from pingyi.apps.schemes.actions.trials import start_sample, start_simulation, start_trial
from pingyi.apps.schemes.actions.versions import (
    copy,
    create_draft,
    create_from_text,
    discard,
    give_reason,
    save_text,
    seal,
    set_fact,
    set_parameter,
    set_parameters,
)

__all__ = [
    "copy",
    "create_draft",
    "create_from_text",
    "discard",
    "give_reason",
    "save_text",
    "seal",
    "set_fact",
    "set_parameter",
    "set_parameters",
    "start_sample",
    "start_simulation",
    "start_trial",
]
