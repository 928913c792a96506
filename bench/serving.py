"""Start the server of ``pingyi serve`` on any application: python -m bench.serving TARGET PORT."""

import sys

from pingyi.cli.serve import prepare_site, run

if __name__ == "__main__":
    prepare_site()
    run("127.0.0.1", int(sys.argv[2]), 1, target=sys.argv[1])
