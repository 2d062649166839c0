"""Step 5's home page in Django, for the load comparison: one file, served by gunicorn.

DATABASE and PAGE in the environment name the SQLite file and step 5's home page with {...} for each number. With
PGDATABASE there, too, the sessions are in PostgreSQL, and the file has the catalog only.
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.http import HttpResponse
from django.urls import path

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ["DATABASE"],
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "timeout": 2,
        "transaction_mode": "IMMEDIATE",
        "init_command": "pragma journal_mode = wal; pragma synchronous = normal;"
        " pragma cache_size = -65536; pragma wal_autocheckpoint = 40000;",
    },
}
# PGHOST and its like name the server.
POSTGRES = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ.get("PGDATABASE"),
    "CONN_MAX_AGE": None,
}

settings.configure(
    SECRET_KEY="only for the load comparison",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.sessions"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_COOKIE_NAME="django",
    DATABASES={"default": POSTGRES, "catalog": SQLITE} if POSTGRES["NAME"] else {"default": SQLITE},
)
django.setup()
call_command("migrate", verbosity=0)

PAGE = Path(os.environ["PAGE"]).read_text()
COUNTS = """select (select count(*) from book), (select count(*) from copy),
    (select count(*) from copy where status = 'available'), (select count(*) from author)"""


def index(request):
    with connections["catalog" if POSTGRES["NAME"] else "default"].cursor() as cursor:
        counts = cursor.execute(COUNTS).fetchone()
    num_visits = request.session.get("num_visits", 0)
    request.session["num_visits"] = num_visits + 1
    page = PAGE
    for number in (*counts, num_visits):
        page = page.replace("{...}", str(number), 1)
    return HttpResponse(page)


urlpatterns = [path("", index)]
application = get_wsgi_application()
