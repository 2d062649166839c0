#!/usr/bin/env python3
"""The home pages of two steps under load, in turn: what does the later one cost?

    python3 benches/load/steps.py 7 8 [rounds] [seconds]

Needs wrk.
"""

import shutil
import statistics
import sys

import run
from run import ROOT, WORK, Server


def main():
    steps = sys.argv[1:3]
    rounds, seconds = (int(word) for word in (sys.argv[3:] + ["7", "3"][len(sys.argv) - 3:]))
    run.run("cargo", "build", "--release", *(word for step in steps for word in ("--bin", f"step{step}")))
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    running = []
    try:
        for number, step in enumerate(steps):
            port = 8311 + number
            running.append(Server(f"step {step}", port, [ROOT / f"target/release/step{step}"],
                                  PORT=port, LOCALLIBRARY_DB=WORK / f"step{step}.db"))
        for _ in range(rounds):
            for server in running:
                server.load(seconds)
    finally:
        for server in running:
            server.process.terminate()
            server.process.wait()
    first, second = running
    for server in running:
        print(f"{server.name}: {statistics.median(server.rates):,.0f} requests/s")
    ratio = statistics.median(b / a for a, b in zip(first.rates, second.rates))
    print(f"{second.name} reaches {ratio:.2f} of {first.name}")


main()
