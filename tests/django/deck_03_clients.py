"""Steps 2, 3, 5 and 6: what clients do with a cookie that is Secure, or too long, over plain http on this machine."""

import shutil
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import requests

from site_under_test import Claims


class Visits(BaseHTTPRequestHandler):
    """Answers with the cookie that came. /NAME/LENGTH sets a Secure cookie of that name, with a value of that length."""

    def do_GET(self):
        came = self.headers.get("Cookie", "")
        self.send_response(200)
        if self.path.count("/") == 2:
            _, name, length = self.path.split("/")
            secure = "; Secure" if name != "plain" else ""
            self.send_header("Set-Cookie", f"{name}={'x' * int(length)}; Path=/{secure}")
            self.send_header("Refresh", "0; url=/")  # Takes a browser on to the page that shows what came.
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(f"came: {came}".encode())

    def log_message(self, *_):
        pass


class Clients(Claims):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Visits)
        cls.address = f"http://127.0.0.1:{cls.server.server_port}"
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()
        super().tearDownClass()

    def curl(self, path):
        """What comes back of the cookie in curl's second request."""
        with tempfile.NamedTemporaryFile() as jar:
            for page in path, "/":
                answer = subprocess.run(
                    ["curl", "-s", "-c", jar.name, "-b", jar.name, self.address + page], capture_output=True
                )
        return answer.stdout.decode()

    def test_curl(self):
        """03, 06: curl sends a Secure cookie back to 127.0.0.1, a __Host- name included"""
        for name in "step3", "__Host-step6":
            self.assertEqual(self.curl(f"/{name}/1"), f"came: {name}=x")

    def test_chromium(self):
        """03, 06: so does Chromium"""
        chromium = shutil.which("chromium") or self.skipTest("there is no Chromium here")
        for name in "step3", "__Host-step6":
            with tempfile.TemporaryDirectory() as folder:
                page = subprocess.run(
                    [
                        chromium,
                        "--headless",
                        "--no-sandbox",
                        "--virtual-time-budget=5000",
                        f"--user-data-dir={folder}",
                        "--dump-dom",
                        f"{self.address}/{name}/1",
                    ],
                    capture_output=True,
                    timeout=60,
                )
            self.assertIn(f"came: {name}=x", page.stdout.decode())

    def test_requests_and_httpx(self):
        """03, 06: the jars of requests and httpx keep a Secure cookie, and never send it over plain http"""
        for name in "step3", "__Host-step6":
            for client in requests.Session(), httpx.Client():
                client.get(f"{self.address}/{name}/1")
                self.assertEqual([cookie for cookie in client.cookies.keys()], [name])
                self.assertEqual(client.get(self.address).text, "came: ")
                client.close()

    def test_plain_cookies_come_back(self):
        """03: all of them send a cookie back that is not Secure"""
        self.assertEqual(self.curl("/plain/1"), "came: plain=x")
        for client in requests.Session(), httpx.Client():
            client.get(f"{self.address}/plain/1")
            self.assertEqual(client.get(self.address).text, "came: plain=x")
            client.close()

    def test_4096_bytes(self):
        """02, 05: a cookie that is longer than 4096 bytes does not come back, from curl"""
        self.assertIn("came: plain=xx", self.curl("/plain/4000"))
        self.assertEqual(self.curl("/plain/5000"), "came: ")
