"""A Django site of one page, the browser that visits it, and the code that stands on the slides."""

import pathlib
import re
import tempfile
import textwrap

import django
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, SimpleTestCase
from django.urls import path

HERE = str(pathlib.Path(__file__).parent)
SLIDES = pathlib.Path(__file__).parents[2] / "slides"
FOLDER = tempfile.TemporaryDirectory()
DATABASE = f"{FOLDER.name}/site.sqlite3"
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"

settings.configure(
    ALLOWED_HOSTS=["*"],
    CACHES={name: {"BACKEND": LOCMEM, "LOCATION": name} for name in ("default", "one", "other")},
    # A short patience, so that the claim about a locked file does not take five seconds.
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE, "OPTIONS": {"timeout": 0.1}}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[SESSIONS, "django.contrib.auth.middleware.AuthenticationMiddleware"],
    ROOT_URLCONF="site_under_test",
    SECRET_KEY="for these claims only",
    SESSION_FILE_PATH=FOLDER.name,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    USE_TZ=True,
)
django.setup()

from django.contrib.sessions.models import Session  # noqa: E402 - models need the settings
from django.core.management import call_command  # noqa: E402 - so do commands


class Page:
    """What the site's one page runs. A claim puts its view here."""

    view = None


urlpatterns = [
    path("", lambda request: Page.view(request), name="index"),
    path("my-car", lambda request: None, name="my-car"),
]


def make_tables():
    call_command("migrate", verbosity=0)


class Browser(Client):
    """Keeps cookies. An error of a view is a page with status 500, as visitors see it, or raised if a claim asks for it."""

    def __init__(self, shows_errors=True, **more):
        super().__init__(raise_request_exception=not shows_errors, **more)

    def visit(self, view, post=None, **headers):
        """Lets `view`, or the lines of one, answer a request for the page."""
        Page.view = within(view) if isinstance(view, str) else staticmethod(view)
        return self.get("/", headers=headers) if post is None else self.post("/", post, headers=headers)

    def sends(self, key):
        """From now on sends `key` in the cookie of the session."""
        self.cookies[settings.SESSION_COOKIE_NAME] = key


def within(lines, **names):
    """A view that runs these lines, and answers with what they leave in `shown`."""

    def view(request):
        names.update(request=request, shown="")
        exec(textwrap.dedent(lines), names)
        return HttpResponse(str(names["shown"]))

    return staticmethod(view)


def code(deck, heading, number=0):
    """A block of Python or of a template below a slide's heading: of the deck `02`, or of the Django text `django/02`."""
    text = next(SLIDES.glob(f"{deck}*.md")).read_text()
    [slide] = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return re.findall(r"^```(?:python|html)\n(.*?)^```", slide, re.M | re.S)[number]


class Claims(SimpleTestCase):
    """What a deck says: the first line of each docstring is the claim."""

    databases = {"default"}

    def setUp(self):
        Session.objects.all().delete()
        self.browser = Browser()

    def stored(self):
        """The data of the only row, or None."""
        row = Session.objects.first()
        return row and row.get_decoded()

    def assertSays(self, answer, text):
        self.assertIn(text, answer.content.decode())
