#!/usr/bin/env python3
"""The same count of visits in step 5's store and in step 12's three cookies, under load, in turn.

    python3 benches/load/ways.py [rounds] [seconds]

Needs wrk.
"""

import shutil
import statistics
import sys

import run
from run import ROOT, WORK, Server

WAYS = [("server session", 5, "/"), ("signed", 12, "/signed"), ("encrypted", 12, "/"), ("JWT", 12, "/jwt")]


def main():
    rounds, seconds = (int(word) for word in (sys.argv[1:] + ["7", "3"][len(sys.argv) - 1:]))
    run.run("cargo", "build", "--release", "--bin", "step5", "--bin", "step12")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    running = []
    try:
        for port, (name, step, page) in enumerate(WAYS, 8320):
            running.append(Server(name, port, [ROOT / f"target/release/step{step}"], page=page,
                                  PORT=port, LOCALLIBRARY_DB=WORK / f"{port}.db"))
        for _ in range(rounds):
            for server in running:
                server.load(seconds)
    finally:
        for server in running:
            server.process.terminate()
            server.process.wait()
    for server in running:
        print(f"{server.name}: {statistics.median(server.rates):,.0f} requests/s")


main()
