"""Finds or installs the browser that the tests drive, and CJK fonts so that it shows Chinese.

Chromium's headless shell is taken first, which has the same engine without a desktop around it;
then any Chromium of the system. As root a missing shell is installed from Debian; where there is no
browser at all, Playwright's own.
Says so and fails where neither can be had; the tests never skip for want of a browser.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"
PACKAGES = (SHELL, "fonts-noto-cjk")
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")


def main() -> None:
    if shutil.which(SHELL):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", *PACKAGES]):
            subprocess.run(
                ["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False
            )
    if any(shutil.which(name) for name in NAMES):
        return
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        sys.exit(
            "No browser for the tests: apt-get and Playwright's download both failed.\n"
            "Install Chromium (Debian: apt install chromium-headless-shell fonts-noto-cjk),"
            " then `make browser`."
        )


if __name__ == "__main__":
    main()
