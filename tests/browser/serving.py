"""The app served for a browser: a process, a page that may not leave this machine, and the map inside it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 120
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
OWN = ("http://127.0.0.1:", "data:", "blob:")
INSIDE = """(id) => {
    for (const shape of Object.values(map._layers)) {
        if (!shape.feature || shape.feature.id !== id) continue;
        const box = shape.getBounds();
        for (let i = 1; i < 60; i++) for (let j = 1; j < 60; j++) {
            const at = L.latLng(box.getSouth() + (box.getNorth() - box.getSouth()) * i / 60,
                                box.getWest() + (box.getEast() - box.getWest()) * j / 60);
            const pixel = map.latLngToContainerPoint(at).round();
            const top = document.elementFromPoint(pixel.x, pixel.y);
            if (!top || top.tagName !== "CANVAS") continue;
            if (pickAt(map.containerPointToLatLng(pixel)) === id) return [at.lat, at.lng];
        }
    }
}"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def served(folder, *options):
    """Run ``expansion serve`` and give its address once it says that it is well."""
    port = free_port()
    command = [sys.executable, "-m", "expansion", "serve", "--port", str(port), "--data", str(folder), "--quiet"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (folder / "serve.log").open("wb") as said:
        server = subprocess.Popen([*command, *options], cwd=folder, env=environment, stdout=said, stderr=said)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address, server):
    for _ in range(SECONDS * 5):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                assert answer.read() == b"ok"
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the app did not start")


@contextmanager
def browser(playwright):
    """Debian's Chromium, or the one that CHROMIUM names."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "install chromium, or name it in CHROMIUM"
    opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
    try:
        yield opened
    finally:
        opened.close()


class Visit:
    """One page with all that it asked of other machines, and all that it complained about."""

    def __init__(self, opened, width=1440, height=900):
        self.context = opened.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        self.outside, self.complaints = [], []
        self.context.route(lambda url: not url.startswith(OWN), self._refuse)
        self.page = self.context.new_page()
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _refuse(self, route):
        self.outside.append(route.request.url)
        route.abort()

    def _hear(self, message):
        # On a deep link Streamlit looks for its own address, first below the page's name, where it is not.
        if message.type == "error" and not PROBE.search(message.location["url"]):
            self.complaints.append(f"{message.text} {message.location['url']}")

    def map(self):
        """The frame of the map, once it has drawn something."""
        handle = self.page.wait_for_selector("iframe[src*='map_widget.map']", state="attached")
        frame = handle.content_frame()
        self.until(lambda: frame.evaluate("window.drawn ? Object.keys(window.drawn()).length : 0"))
        return frame

    def until(self, holds):
        """Ask again and again until something holds; the map's own policy forbids to wait inside it."""
        for _ in range(SECONDS * 10):
            if found := holds():
                return found
            self.page.wait_for_timeout(100)
        raise AssertionError("it did not come about")

    def settle(self):
        """Wait until Streamlit has drawn the page."""
        self.page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
        self.page.wait_for_timeout(400)

    def spot(self, latitude, longitude):
        """Where on the page a place of the map lies, in pixels."""
        frame = self.map()
        x, y = frame.evaluate(
            """([a, b]) => { const at = map.latLngToContainerPoint([a, b]), box = map.getContainer();
                return [at.x + box.clientLeft, at.y + box.clientTop]; }""",
            [latitude, longitude],
        )
        box = self.page.locator("iframe[src*='map_widget.map']").bounding_box()
        return box["x"] + x, box["y"] + y

    def link(self, **wanted):
        """Values of the page's address."""
        return dict(re.findall(r"[?&](\w+)=([^&]*)", self.page.url)) | wanted
