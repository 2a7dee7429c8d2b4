"""A real Chromium without a window, for the tests of pages. It loads nothing by itself and keeps nothing."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Browser:
    """One browser, showing one page at a time."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def show(self, page: Path, *, width: int, dark: bool = False) -> None:
        """Load a page into a window of this width."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 500
        )
        self.requests()  # what came before is not of this page
        self.complaints()
        self.driver.get(page.as_uri())

    def run(self, script: str, *args: Any) -> Any:
        """Run JavaScript beside the page and return its value."""
        return self.driver.execute_script(script, *args)

    def requests(self) -> list[str]:
        """Every address that was asked for since the last call."""
        entries = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return [
            entry["params"]["request"]["url"] for entry in entries if entry["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Every line of the console since the last call, blocked loads and errors among them."""
        return [entry["message"] for entry in self._log("browser")]

    def screenshot(self) -> bytes:
        """The whole page as PNG."""
        height = self.run("return document.documentElement.scrollHeight")
        width = self.run("return window.innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        return self._decoded("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)

    def pdf(self) -> bytes:
        """The page as it prints."""
        return self._decoded("Page.printToPDF", printBackground=False, preferCSSPageSize=True)

    def accessibility(self) -> list[dict[str, Any]]:
        """What axe-core finds wrong with the page; of what is right, one element a rule is told."""
        self.run((files("selenium_axe_python") / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
        result = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run({resultTypes: ['violations']}).then(done, error => done({error: String(error)}))"
        )
        assert result["passes"], "axe-core looked at nothing"
        found: list[dict[str, Any]] = result["violations"]
        return found

    def command(self, name: str, **parameters: Any) -> Any:
        """One command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def _decoded(self, name: str, **parameters: Any) -> bytes:
        return base64.b64decode(self.command(name, **parameters)["data"])

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(kind)  # type: ignore[no-untyped-call]
        return entries


@contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile; skips the test without one, and fails it under HEARTH_REQUIRE_BROWSER=1."""
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        missing = "no Chromium with its driver (Debian: apt install chromium chromium-driver)"
        if os.environ.get("HEARTH_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    options = ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()
