#!/usr/bin/env python3
"""Step 5's home page when all requests are of two visitors, who have 64 tabs between them.

    python3 benches/load/hot.py [rounds] [seconds]

Needs wrk. Nearly every request meets another one of its session, and is run again. Nobody may be refused, and each
visit must be counted.
"""

import re
import shutil
import statistics
import sys

import run
from run import WORK, Server, get

run.COOKIES = 2


def counted(server):
    """What the page says to each of the visitors."""
    cookies = server.cookies.read_text().split()
    return sum(int(re.search(r"page (\d+) time", get(server.port, cookie)[1])[1]) for cookie in cookies)


def main():
    rounds, seconds = (int(word) for word in (sys.argv[1:] + ["5", "5"][len(sys.argv) - 1:]))
    run.run("cargo", "build", "--release", "--bin", "step5")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    step5 = Server("step 5", 8301, [run.ROOT / "target/release/step5"], PORT=8301, LOCALLIBRARY_DB=WORK / "hot.db")
    try:
        before = counted(step5)
        p99 = [step5.load(seconds) for _ in range(rounds)]
        visits = counted(step5) - before
    finally:
        step5.process.terminate()
        step5.process.wait()
    # wrk gives up the requests that are under way when a round ends; some of them are counted all the same.
    answered = sum(step5.rates) * seconds
    print(f"{statistics.median(step5.rates):,.0f} requests/s, all 200; 99 of 100 within {statistics.median(p99):.0f} ms; "
          f"about {answered:,.0f} answered, {visits:,} counted")


main()
