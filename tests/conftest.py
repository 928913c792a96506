"""How hard the generated tests try: ``HYPOTHESIS_PROFILE`` chooses default or long."""

import os

from hypothesis import HealthCheck, settings

_ALWAYS = {
    "deadline": None,
    "derandomize": False,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}

settings.register_profile("default", max_examples=100, **_ALWAYS)
settings.register_profile("long", max_examples=2000, **_ALWAYS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
