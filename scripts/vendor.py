"""Copies what the pages load from node_modules into the site's assets, each beside a packed copy.

The server sends the packed copy (``.gz``) to whoever takes it: 536 kB of style become 70 kB,
which counts when a hall of phones opens the page within a minute.
"""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "pingyi" / "site" / "assets" / "vendor"

ICONS = "@tabler/icons-webfont"
FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "icons/tabler-icons.min.css": f"{ICONS}/dist/tabler-icons.min.css",
    "icons/fonts/tabler-icons.woff2": f"{ICONS}/dist/fonts/tabler-icons.woff2",
    "icons/LICENSE": f"{ICONS}/LICENSE",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "echarts/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "echarts/LICENSE-zrender": "zrender/LICENSE",
    "hashes/sha2.js": "@noble/hashes/sha2.js",
    "hashes/_md.js": "@noble/hashes/_md.js",
    "hashes/_u64.js": "@noble/hashes/_u64.js",
    "hashes/utils.js": "@noble/hashes/utils.js",
    "hashes/LICENSE": "@noble/hashes/LICENSE",
}
"""Place below assets/vendor, and where npm put it. Tabler's licence stands inside its files."""

PACKED = {".css", ".js"}


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for place, source in FILES.items():
        target = VENDOR / place
        target.parent.mkdir(parents=True, exist_ok=True)
        data = _without_map((MODULES / source).read_bytes())
        target.write_bytes(data)
        if target.suffix in PACKED:
            packed = target.with_name(f"{target.name}.gz")
            packed.write_bytes(gzip.compress(data, mtime=0))


def _without_map(data: bytes) -> bytes:
    """Without the last line that names a source map, which isn't served."""
    body, _, last = data.rstrip().rpartition(b"\n")
    return body + b"\n" if b"sourceMappingURL=" in last else data


if __name__ == "__main__":
    main()
