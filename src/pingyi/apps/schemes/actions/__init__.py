"""What is done with schemes: versions and their trials."""

from pingyi.apps.schemes.actions.trials import (
    place_of,
    resume,
    start_sample,
    start_simulation,
    start_trial,
)
from pingyi.apps.schemes.actions.versions import (
    FACTS,
    copy,
    create_draft,
    create_from_text,
    discard,
    give_reason,
    give_reasons,
    save_fields,
    save_text,
    seal,
    set_fact,
    set_parameter,
)

__all__ = [
    "FACTS",
    "copy",
    "create_draft",
    "create_from_text",
    "discard",
    "give_reason",
    "give_reasons",
    "place_of",
    "resume",
    "save_fields",
    "save_text",
    "seal",
    "set_fact",
    "set_parameter",
    "start_sample",
    "start_simulation",
    "start_trial",
]
