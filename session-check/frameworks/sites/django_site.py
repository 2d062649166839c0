"""The small site in Django: a count, signing in with LoginView, signing out with LogoutView. ENGINE names the session engine."""

import os
import secrets

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

settings.configure(
    SECRET_KEY=os.environ["SECRET"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SESSION_ENGINE=os.environ["ENGINE"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {
        "registration/login.html": '<form method=post action="/sign-in">{% csrf_token %}<input name=username><input type="password" name=password>'
        '<input type=hidden name=next value="{{ next }}"><button>Sign in</button></form>',
        "private.html": '<p>Private.<form method=post action="/sign-out">{% csrf_token %}<button>Sign out</button></form>',
    })], "context_processors": ["django.template.context_processors.request"]}}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}},
    LOGIN_URL="/sign-in",
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView, LogoutView  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402

if __name__ == "__main__":  # once, before the workers start
    call_command("migrate", verbosity=0)
    for name in ["ann", "ben"]:
        User.objects.create_user(name, password=f"{name} reads")


def index(request):
    visits = request.session.get("visits", 0)
    request.session["visits"] = visits + 1
    return HttpResponse(f'<body><p>Visits: {visits} <a href="/sign-in">Sign in</a>')


urlpatterns = [
    path("", index),
    path("sign-in", LoginView.as_view()),
    path("sign-out", LogoutView.as_view()),
    path("private", login_required(lambda request: render(request, "private.html"))),
]
application = get_wsgi_application()
