#!/usr/bin/env python3
"""Step 5's home page under load, beside the same page on other stores and frameworks.

    python3 benches/load/run.py [rounds] [seconds]

Needs wrk. Node.js and pip bring the Express and the Django twin; without them these are left out. Every server
gets a copy of the same catalog, the same SQLite settings, 64 connections and 200 cookies. The servers take turns,
round by round and in any order, because no machine is equally quick all the time; what counts is the median, and
the median of each round's ratio to the fixed page. Writes results.json and chart.svg beside this file.
"""

import http.client
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "target" / "load"
CONNECTIONS, COOKIES = 64, 200
FIXED = "fixed page"


def run(*command, **options):
    subprocess.run([str(word) for word in command], check=True, cwd=ROOT, **options)


def get(port, cookie=None, page="/"):
    """The page: its cookie, if one was set, and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", page, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status == 200, f"port {port} answered {answer.status}: {text[:200]}"
    return (answer.getheader("Set-Cookie") or "").split(";")[0], text


class Server:
    """A running server, its cookies, and the requests per second of each round."""

    def __init__(self, name, port, command, page="/", **environment):
        self.name, self.port, self.page, self.rates = name, port, page, []
        self.process = subprocess.Popen(
            [str(word) for word in command],
            env=os.environ | {key: str(value) for key, value in environment.items()},
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
        )
        for _ in range(100):
            try:
                get(port)
                break
            except OSError:
                time.sleep(0.1)
        self.cookies = WORK / f"{port}.cookies"
        self.cookies.write_text("".join(f"{get(port, page=page)[0] or 'none=0'}\n" for _ in range(COOKIES)))

    def check_counting(self):
        cookie = self.cookies.read_text().split("\n")[0]
        counts = [int(re.search(r"page (\d+) time", get(self.port, cookie)[1])[1]) for _ in range(3)]
        assert counts == list(range(counts[0], counts[0] + 3)), f"{self.name} counts {counts}"

    def load(self, seconds):
        """Loads the server; returns the 99th percentile of its answers' times, in ms."""
        output = subprocess.run(
            ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}", "--latency", "-s", HERE / "jars.lua",
             f"http://127.0.0.1:{self.port}/"],
            env=os.environ | {"COOKIES": str(self.cookies), "PAGE": self.page},
            capture_output=True, text=True, check=True,
        ).stdout
        refused = int((re.search(r"Non-2xx or 3xx responses: (\d+)", output) or [0, 0])[1])
        assert refused == 0, f"{self.name}: {output}"
        self.rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]))
        p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
        return float(p99) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def template_of(server):
    """The server's home page, and a copy with {...} in place of each number."""
    page = get(server.port)[1]
    (WORK / "page.html").write_text(page)
    template = WORK / "template.html"
    page = re.sub(r"</strong> \d+", "</strong> {...}", page)
    template.write_text(re.sub(r"page \d+ times?", "page {...} times", page))
    return template


def catalog(name):
    """A copy of the catalog, made by step 5's first start."""
    with sqlite3.connect(WORK / "step5.db") as original, sqlite3.connect(WORK / name) as copy:
        original.backup(copy)
    return WORK / name


def python_with(*packages):
    """A Python that has these packages; None where that cannot be."""
    venv = WORK / "venv"
    if subprocess.run([sys.executable, "-m", "venv", venv], capture_output=True).returncode:
        print("skipped: Python has no venv or pip here, so no Django")
        return None
    run(venv / "bin/pip", "install", "--quiet", *packages)
    return venv / "bin"


def django(name, port, python, **environment):
    """Two workers that serve benches/load/django/twin.py."""
    return Server(name, port,
                  [python / "gunicorn", "--chdir", HERE / "django", "--workers", 2, "--log-level", "error",
                   "--bind", f"127.0.0.1:{port}", "twin:application"], **environment)


def servers():
    """Starts each server in turn; yields it."""
    run("cargo", "build", "--release", "--bin", "step5", "--example", "fixed")
    run("cargo", "build", "--release", "--manifest-path", HERE / "rusqlite-store/Cargo.toml",
        "--target-dir", WORK / "rusqlite-store")
    release = ROOT / "target/release"
    step5 = Server("step 5, our store", 8301, [release / "step5"],
                   PORT=8301, LOCALLIBRARY_DB=WORK / "step5.db")
    template = template_of(step5)

    yield Server(FIXED, 8300, [release / "examples/fixed", WORK / "page.html", 8300])
    yield step5
    yield Server("tower-sessions-rusqlite-store", 8302,
                 [WORK / "rusqlite-store/release/rusqlite-store", catalog("rusqlite.db"), template, 8302])
    if shutil.which("npm"):
        express = WORK / "express"
        shutil.copytree(HERE / "express", express, dirs_exist_ok=True)
        run("npm", "install", "--silent", "--prefix", express)
        yield Server("Express 5, two workers", 8303,
                     ["node", express / "site.js", catalog("express.db"), template, 8303])
    else:
        print("skipped: no Node.js, so no Express")
    if python := python_with("django==5.2.*", "gunicorn"):
        yield django("Django 5.2, two workers", 8304, python, DATABASE=catalog("django.db"), PAGE=template)


def measure(servers, rounds, seconds):
    """Puts the servers under load in turn; the first is the one that the others are compared with."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    running = []
    try:
        for server in servers():
            running.append(server)
        for server in running:
            if server.name != FIXED:
                server.check_counting()
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", flush=True)
            # In another order each time: who comes after whom matters, too.
            for server in random.sample(running, len(running)):
                server.load(seconds)
    finally:
        for server in running:
            server.process.terminate()
            server.process.wait()
    first = running[0]
    return [
        {
            "name": server.name,
            "requests_per_second": round(statistics.median(server.rates)),
            "of_first": statistics.median(a / b for a, b in zip(server.rates, first.rates)),
        }
        for server in running
    ]


def table(results):
    ours = results[1]["of_first"]
    yield "| home page | requests/s | of the fixed page | step 5 is |"
    yield "|---|---:|---:|---:|"
    for row in results:
        times = ours / row["of_first"]
        yield (f"| {row['name']} | {row['requests_per_second']:,} | {row['of_first']:.3f} | "
               f"{times:.2f} times |")


def chart(results):
    """Bars of requests per second, in colours that read on light and dark ground."""
    most = max(row["requests_per_second"] for row in results)
    height = 34 * len(results) + 10
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" width="720" height="{height}" '
           'role="img" aria-label="Requests per second of step 5\'s home page and its twins" '
           'font-family="system-ui, sans-serif" font-size="14" fill="#808080">')
    for number, row in enumerate(results):
        y, width = 34 * number + 8, max(2, round(360 * row["requests_per_second"] / most))
        colour = "#c8622d" if number == 1 else "#9a8b7c"
        yield f'  <text x="230" y="{y + 17}" text-anchor="end">{row["name"]}</text>'
        yield f'  <rect x="240" y="{y}" width="{width}" height="24" rx="3" fill="{colour}"/>'
        yield f'  <text x="{248 + width}" y="{y + 17}">{row["requests_per_second"]:,}</text>'
    yield "</svg>"


def measured(servers, file):
    """Measures as the command line says, and writes the results into this file."""
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed; on Debian: apt-get install wrk")
    rounds, seconds = (int(word) for word in (sys.argv[1:] + ["7", "3"][len(sys.argv) - 1:]))
    results = measure(servers, rounds, seconds)
    facts = {"date": str(date.today()), "cores": os.cpu_count(), "connections": CONNECTIONS,
             "cookies": COOKIES, "rounds": rounds, "seconds": seconds, "results": results}
    (HERE / file).write_text(json.dumps(facts, indent=2) + "\n")
    return results


def main():
    results = measured(servers, "results.json")
    (HERE / "chart.svg").write_text("\n".join(chart(results)) + "\n")
    print("\n".join(table(results)))


if __name__ == "__main__":
    main()
