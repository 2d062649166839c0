#!/usr/bin/env python3
"""How many instructions a home page with a session takes: a bare axum page with tower-sessions' MemoryStore, step 3 and step 5.

    python3 benches/instructions/run.py [folder]

Needs valgrind. One visitor with one cookie asks for the home page again and again, over one connection, and callgrind
counts the instructions of the server's process, outside the kernel. Each server is run twice, with FEW and with MANY
requests. The difference of the two totals, divided by the difference in requests, is what one request takes, without
the start and the end of the program. Such a count hardly depends on the machine or on what else runs there.

callgrind's files are left in `folder`, if one is named; `callgrind_annotate` says where in the program the instructions went.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FEW, MANY = 200, 1200
PROGRAMS = {
    "bare axum page, tower-sessions' MemoryStore": "examples/bare",
    "step 3, MemoryStore": "step3",
    "step 5, our store": "step5",
}


def build():
    subprocess.run(["cargo", "build", "--release", "--bin", "step3", "--bin", "step5", "--example", "bare"],
                   check=True, cwd=ROOT)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def connect(port, server):
    """A connection to the server, once it listens."""
    for _ in range(600):
        assert server.poll() is None, f"the server ended with {server.returncode}"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.connect()
            return connection
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port} after a minute")


def visit(connection, requests):
    """Makes this many requests of one visitor, and sees that each was counted."""
    cookie, seen = None, []
    for _ in range(requests):
        connection.request("GET", "/", headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200, f"{answer.status}: {page[:200]}"
        cookie = (answer.getheader("Set-Cookie") or cookie).split(";")[0]
        seen.append(int(re.search(r"page (\d+) time", page)[1]))
    assert seen == list(range(requests)), f"not every visit was counted: {seen[:10]}"


def instructions(program, requests, folder):
    """All instructions of a server that answers this many requests."""
    port = free_port()
    counted = folder / f"{Path(program).name}.{requests}.callgrind"
    server = subprocess.Popen(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counted}", ROOT / "target/release" / program],
        env=os.environ | {"PORT": str(port), "LOCALLIBRARY_DB": str(folder / f"{requests}.db")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        connection = connect(port, server)
        visit(connection, requests)
        connection.close()
    finally:
        server.terminate()
        server.wait(60)
    return int(re.search(r"^totals: (\d+)", counted.read_text(), re.MULTILINE)[1])


def main():
    build()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        print("| home page | instructions per request |\n|---|---:|")
        for name, program in PROGRAMS.items():
            few, many = (instructions(program, requests, folder) for requests in (FEW, MANY))
            print(f"| {name} | {(many - few) / (MANY - FEW):,.0f} |", flush=True)


main()
