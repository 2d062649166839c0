"""What the security check says about the small sites in sites/: python3 session-check/frameworks/run.py

Installs each framework from its ordinary registry into FOLDER (target/frameworks, or the first argument), starts each
site on 127.0.0.1, checks it, stops it, and writes docs/frameworks.json, docs/frameworks.md and the table in README.md.
Needs Python 3 with venv and npm; PHP and Sinatra are Debian's packages php-cli, ruby-sinatra and puma. The row on
PostgreSQL needs the server that DATABASE_URL names. A site whose framework is not there is left out, with a line that
says so.
"""

import datetime
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITES = Path(__file__).resolve().parent / "sites"
FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/frameworks").resolve()
PYTHON = FOLDER / "venv/bin/python"
PIP = ["django==5.2.*", "flask==3.*", "flask-session==0.8.*", "cachelib", "starlette", "uvicorn", "itsdangerous", "python-multipart", "gunicorn"]
NPM = ["express@5", "express-session@1", "session-file-store@1", "fastify@5", "@fastify/session@11", "@fastify/cookie@11", "@fastify/formbody@8"]
# How long a site may take to start, in seconds.
START = 30

GUNICORN = [str(PYTHON), "-m", "gunicorn", "--chdir", str(SITES), "--workers", "2", "--threads", "8", "--bind", "127.0.0.1:{port}"]
DJANGO = [*GUNICORN, "django_site:application"]
FLASK = [*GUNICORN, "flask_site:app"]
DEBUG = ROOT / "target/debug"

POSTGRES = "lossless-sessions, PostgreSQL (step 10)"

# What the table calls it, which versions it has, its command, its environment, and a command that comes first.
ROWS = [
    ("Flask, its signed cookie", ["flask"], FLASK, {"STORE": "cookie"}, None),
    ("Flask-Session, files", ["flask", "flask-session"], FLASK, {"STORE": "files"}, None),
    ("Starlette SessionMiddleware", ["starlette"], [str(PYTHON), "-m", "uvicorn", "--app-dir", str(SITES), "--log-level", "warning", "--port", "{port}", "starlette_site:app"], {}, None),
    ("express-session, memory", ["express", "express-session"], ["node", str(FOLDER / "express_site.js")], {"STORE": "memory"}, None),
    ("express-session, files", ["express", "express-session", "session-file-store"], ["node", str(FOLDER / "express_site.js")], {"STORE": "files"}, None),
    ("@fastify/session, memory", ["fastify", "@fastify/session"], ["node", str(FOLDER / "fastify_site.js")], {}, None),
    ("PHP's own sessions", ["php"], ["php", "-d", "session.save_path={folder}", "-S", "127.0.0.1:{port}", str(SITES / "php_site.php")], {"PHP_CLI_SERVER_WORKERS": "8"}, None),
    ("Sinatra, Rack's encrypted cookie", ["sinatra"], ["ruby", str(SITES / "sinatra_site.rb")], {}, None),
    ("tower-sessions, MemoryStore", ["tower-sessions"], [str(DEBUG / "examples/tower_sessions")], {}, None),
    ("lossless-sessions, SQLite (step 8)", ["lossless-sessions"], [str(DEBUG / "step8")], {}, None),
    (POSTGRES, ["lossless-sessions"], [str(DEBUG / "step10")], {}, None),
    ("Django, database", ["django"], DJANGO, {"ENGINE": "django.contrib.sessions.backends.db"}, [str(PYTHON), str(SITES / "django_site.py")]),
    ("Django, signed cookies", ["django"], DJANGO, {"ENGINE": "django.contrib.sessions.backends.signed_cookies"}, [str(PYTHON), str(SITES / "django_site.py")]),
]
ACCOUNT = {"sign-in": "POST /sign-in username=ann&password=ann reads", "second": "POST /sign-in username=ben&password=ben reads", "sign-out": "POST /sign-out", "private": "/private"}
STEP8 = {"sign-in": "POST /sign-in name=ann&password=ann reads austen", "second": "POST /sign-in name=ben&password=ben reads balzac", "sign-out": "POST /sign-out", "private": "/loans"}


def install():
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", FOLDER / "venv"], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PIP], check=True)
    if shutil.which("npm"):
        subprocess.run(["npm", "install", "--silent", "--prefix", FOLDER, *NPM], check=True)
        for site in SITES.glob("*.js"):
            shutil.copy(site, FOLDER)
    subprocess.run(["cargo", "build", "--quiet", "-p", "workshop", "-p", "mutants", "--bin", "workshop", "--example", "tower_sessions"], cwd=ROOT, check=True)
    subprocess.run(["cargo", "build", "--quiet", "--features", "postgres", "--bin", "step8", "--bin", "step10"], cwd=ROOT, check=True)


def version(package):
    if package == "php":
        return subprocess.run(["php", "-r", "echo PHP_VERSION;"], capture_output=True, text=True).stdout
    if package == "sinatra":
        return subprocess.run(["ruby", "-e", "require 'sinatra/base'; puts Sinatra::VERSION"], capture_output=True, text=True).stdout.strip()
    if package in ["tower-sessions", "lossless-sessions"]:
        lock = (ROOT / "Cargo.lock").read_text()
        return lock.split(f'name = "{package}"\nversion = "')[1].split('"')[0]
    node = FOLDER / "node_modules" / package / "package.json"
    if node.exists():
        return json.loads(node.read_text())["version"]
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([PYTHON, "-c", code], capture_output=True, text=True).stdout.strip()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, process):
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def check(name, command, environment, before):
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        fill = {"port": str(port), "folder": folder}
        environment = {
            **os.environ, **environment, "PORT": str(port), "SECRET": secrets.token_hex(64), "FOLDER": folder,
            "DATABASE": f"{folder}/site.db", "LOCALLIBRARY_DB": f"{folder}/library.db",
        }
        if before:
            subprocess.run(before, env=environment, cwd=folder, check=True)
        argv = [part.format(**fill) if "{" in part else part for part in command]
        log = open(f"{folder}/log", "w+")
        process = subprocess.Popen(argv, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            if not wait_for(port, process):
                log.seek(0)
                print(f"{name}: it did not start: {log.read()[-600:]}")
                return None
            account = Path(folder) / "account.toml"
            said = {} if name == POSTGRES else STEP8 if "step 8" in name else ACCOUNT
            account.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items()))
            asked = [DEBUG / "workshop", "check", str(port), "--security", "--json", "--account", account]
            began = time.monotonic()
            answer = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT)
            print(f"{name}: {time.monotonic() - began:.1f} s, exit {answer.returncode}", flush=True)
            return json.loads(answer.stdout)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)  # its workers are in its group, and nothing else is
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


MARKS = {"good": "", "weak": "weak", "broken": "**broken**", "not asked": "–"}
# What the check says of a cookie that cannot be ended, because no server keeps it.
BY_DESIGN = "the cookie carries the data itself"


def mark(row, question):
    found = next((found for found in row["findings"] if found["id"] == question), None)
    if found is None:
        return "–"
    on_purpose = found["level"] == "broken" and BY_DESIGN in found["came"]
    return "by design" if on_purpose else MARKS[found["level"]]


def markdown(results):
    date = results["date"]
    rows = results["rows"]
    lines = [
        "# What the security check says about frameworks", "",
        f"One small site (a count, signing in, signing out) in each, with the defaults of its documentation. Checked on {date} by",
        "`python3 session-check/frameworks/run.py`, which installs, starts and checks them all again. The sites are in",
        "`session-check/frameworks/sites/`, and all that was asked and answered is in [frameworks.json](frameworks.json).", "",
        "An empty cell is good, and a dash could not be asked. The numbers stand for:", "",
        *[f"{number}. {row['name']} ({row['versions']})" for number, row in enumerate(rows, 1)], "",
        "**Read it fairly.** A cookie that carries the data itself (Flask's own, Starlette's, Rack's and Django's signed one)",
        "cannot be ended from the server, and loses what two tabs change at once. Its makers chose that: it needs no store. The",
        "table says *by design* there. Defaults without `Cache-Control` or `SameSite` leave the choice to whoever writes the site.",
        "The sites of Flask, Starlette, Express, Fastify, PHP, Sinatra and tower-sessions do what the first pages of the",
        "documentation show. So they have no protection against forged forms, slow no guesses down and redirect to one page, and",
        "some neither change the id nor empty the session when somebody signs in. Each can: Flask-Session has `regenerate`,",
        "tower-sessions `flush`, PHP `session.use_strict_mode` and `session.cookie_httponly`, and there are packages for the rest.",
        "Which requests at once are lost depends on the machine's timing, and step 10 has nobody who signs in.", "",
        "| question | " + " | ".join(str(number) for number in range(1, len(rows) + 1)) + " |",
        "|---|" + "---|" * len(rows),
    ]
    for finding in results["questions"]:
        lines.append(f"| {finding} | " + " | ".join(mark(row, finding) for row in rows) + " |")
    lines += ["", "## What came", ""]
    for row in rows:
        bad = [f"- {found['id']}: {found['level']}: {found['came']}" for found in row["findings"] if found["level"] in ["weak", "broken"]]
        lines += [f"### {row['name']}", "", *(bad or ["Nothing weak or broken."]), ""]
    return "\n".join(lines).rstrip() + "\n"


SHORT = "| framework | broken | weak | by design |\n"


def short(results):
    lines = SHORT + "|---|---|---|---|\n"
    for row in results["rows"]:
        marks = [mark(row, found["id"]) for found in row["findings"]]
        counts = [marks.count(MARKS["broken"]), marks.count("weak"), marks.count("by design")]
        lines += f"| {row['name']} | " + " | ".join(map(str, counts)) + " |\n"
    return lines


def write(results):
    (ROOT / "docs/frameworks.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    (ROOT / "docs/frameworks.md").write_text(markdown(results))
    readme = (ROOT / "README.md").read_text()
    before, rest = readme.split(SHORT)
    after = rest.split("\n\n", 1)[1]
    (ROOT / "README.md").write_text(f"{before}{short(results)}\n{after}")


def main():
    if "--installed" not in sys.argv:
        install()
    rows, questions = [], []
    for name, packages, command, environment, before in ROWS:
        if not shutil.which(command[0]):
            print(f"{name}: left out, since there is no {command[0]}")
            continue
        if name == POSTGRES and "DATABASE_URL" not in os.environ:
            print(f"{name}: left out, since DATABASE_URL names no server")
            continue
        report = check(name, command, environment, before)
        if report is None:
            continue
        versions = ", ".join(f"{package} {version(package)}" for package in packages)
        findings = [{key: found[key] for key in ["id", "level", "asked", "came"]} for found in report["findings"]]
        levels = {found["id"]: found["level"] for found in findings}
        questions += [question for question in levels if question not in questions]
        rows.append({"name": name, "versions": versions, "levels": levels, "findings": findings, "stopped": report["stopped"]})
        results = {"date": datetime.date.today().isoformat(), "questions": sorted(questions), "rows": rows}
        write(results)


if __name__ == "__main__":
    main()
