"""A poll of 21 departments with as many public codes as asked for, open for voting.

Prints the path of a JSON file with its slug and codes.
"""

from __future__ import annotations

import json
import sys

from pingyi.cli.serve import prepare_site


def main(ballots: int) -> None:
    prepare_site()
    from django.conf import settings  # noqa: PLC0415
    from tests.apps.ballots.hall import LEADERS, checker, prepared, with_codes  # noqa: PLC0415
    from tests.apps.schemes.hands import organiser  # noqa: PLC0415

    from pingyi.apps.ballots import actions  # noqa: PLC0415

    targets = [{"code": f"D{n:02d}", "title": f"第 {n} 个部门"} for n in range(1, 22)]
    poll = prepared(targets=targets)
    codes = with_codes(poll, {LEADERS: ballots})[LEADERS]
    actions.make_site_keys(by=organiser(), poll=poll)
    poll = actions.begin(by=organiser(), poll=poll)
    actions.witness_zero(by=checker(), poll=poll)
    for item in poll.items.filter(channel__input_key="hall"):
        actions.open_item(by=organiser(), item=item)
    file = settings.HOME.path / "poll.json"
    file.write_text(json.dumps({"slug": poll.slug, "codes": codes}), encoding="utf-8")
    print(file)


if __name__ == "__main__":
    main(int(sys.argv[1]))
