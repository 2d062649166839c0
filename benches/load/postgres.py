#!/usr/bin/env python3
"""Step 5's home page with its sessions in PostgreSQL, beside the same page on another store and in Django.

    python3 benches/load/postgres.py [rounds] [seconds]

Needs wrk and PostgreSQL, and starts a server of its own, with PostgreSQL's own settings, that is gone afterwards. The
sites take turns as in run.py; each has a database of its own, and the same catalog in a SQLite file. Writes
postgres.json beside this file.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import run
from run import HERE, ROOT, WORK, Server, catalog

PORT = 8309


class Postgres:
    """A server in a folder of its own, as a user who is not root."""

    def __init__(self, folder):
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        self.folder, self.programs = Path(folder), versions[-1] if versions else Path()
        self.other_user = []
        if os.getuid() == 0:
            subprocess.run(["chown", "postgres", folder], check=True)
            self.other_user = ["runuser", "-u", "postgres", "--"]

    def run(self, program, *arguments):
        run.run(*self.other_user, self.programs / program, "-D", self.folder / "data", *arguments,
                stdout=subprocess.DEVNULL)

    def __enter__(self):
        self.run("initdb", "--auth=trust", "--username=postgres")
        settings = f"-c listen_addresses=127.0.0.1 -c port={PORT} -k {self.folder}"
        self.run("pg_ctl", "-w", "-l", self.folder / "log", "-o", settings, "start")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-w", "-m", "fast", "stop")

    def database(self, name):
        """The address of a new database."""
        address = f"postgres://postgres@127.0.0.1:{PORT}"
        run.run(self.programs / "psql", "-q", f"{address}/postgres", "-c", f"create database {name}")
        return f"{address}/{name}"


def servers(postgres):
    """Starts each site in turn; yields it."""
    run.run("cargo", "build", "--release", "--features", "postgres", "--example", "postgres")
    run.run("cargo", "build", "--release", "--manifest-path", HERE / "sqlx-store/Cargo.toml",
            "--target-dir", ROOT / "target/sqlx-store")
    ours = Server("our store", 8305, [ROOT / "target/release/examples/postgres"], PORT=8305,
                  DATABASE_URL=postgres.database("ours"), LOCALLIBRARY_DB=WORK / "step5.db")
    template = run.template_of(ours)
    yield ours
    yield Server("tower-sessions-sqlx-store", 8306,
                 [ROOT / "target/sqlx-store/release/sqlx-store", postgres.database("sqlx"), catalog("sqlx.db"), template,
                  8306])
    if python := run.python_with("django==5.2.*", "gunicorn", "psycopg[binary]==3.*"):
        postgres.database("django")
        django = dict(DATABASE=catalog("django.db"), PAGE=template, PGHOST="127.0.0.1", PGPORT=str(PORT),
                      PGUSER="postgres", PGDATABASE="django")
        # Makes the tables, which two workers cannot do at once.
        run.run(python / "python", HERE / "django/twin.py",
                env=os.environ | {key: str(value) for key, value in django.items()})
        yield run.django("Django 5.2, two workers", 8307, python, **django)


def main():
    with tempfile.TemporaryDirectory() as folder, Postgres(folder) as postgres:
        results = run.measured(lambda: servers(postgres), "postgres.json")
    print("| sessions in PostgreSQL | requests/s | our store is |")
    print("|---|---:|---:|")
    for row in results:
        print(f"| {row['name']} | {row['requests_per_second']:,} | {1 / row['of_first']:.2f} times |")


main()
