"""Step 5, the site's database, and what later steps say about stores and engines."""

import base64
import io
import json
import math
import sqlite3
from datetime import datetime, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.core import management
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.utils import timezone

from site_under_test import DATABASE, SESSIONS, Browser, Claims, code

COUNT = "request.session['n'] = request.session.get('n', 0) + 1\nshown = request.session['n']"
READ = "shown = request.session.get('n')"
ENGINES = "django.contrib.sessions.backends."


class Row(Claims):
    def test_the_table_has_three_columns(self):
        """05: migrate makes django_session, with session_key, session_data and expire_date"""
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(cursor, "django_session")
        self.assertEqual({column.name for column in columns}, {"session_key", "session_data", "expire_date"})

    def test_the_row_is_in_the_file(self):
        """05: the row is in the file, where any program can read it"""
        self.browser.visit(COUNT)
        found = sqlite3.connect(DATABASE).execute("select session_key from django_session").fetchall()
        self.assertEqual(found, [(Session.objects.get().pk,)])

    def test_a_mistyped_engine_is_found_at_the_start(self):
        """05: `manage.py check` does not notice a typing mistake in SESSION_ENGINE; the server does, when it starts"""
        with self.settings(SESSION_ENGINE="django.contrib.sessions.backends.dbb"):
            call_command("check", stdout=io.StringIO())
            with self.assertRaises(ModuleNotFoundError):
                WSGIHandler()

    def test_the_data_is_signed_and_encoded(self):
        """05: Django signs the data and encodes it in base64, and get_decoded() reads it"""
        self.browser.visit("request.session['my_car'] = 'beetle'")
        row = Session.objects.get()
        data, _, signature = row.session_data.split(":")
        self.assertEqual(json.loads(base64.urlsafe_b64decode(data + "==")), {"my_car": "beetle"})
        self.assertTrue(signature)
        self.assertEqual(row.get_decoded(), {"my_car": "beetle"})

    def test_the_key_is_bare(self):
        """05: the key in the table is what the cookie holds, so whoever reads the table can pose as the visitor"""
        self.browser.visit(COUNT)
        names = {
            "Session": Session,
            "request": type("Request", (), {"COOKIES": {"sessionid": self.browser.cookies["sessionid"].value}}),
        }
        exec(code("django/05", "The key is a hash"), names)
        thief = Browser()
        thief.sends(Session.objects.get().pk)
        self.assertSays(thief.visit(READ), "1")

    def test_what_json_makes_of_values(self):
        """05: an integer key comes back as "0", a tuple as a list, NaN as NaN; a datetime is a TypeError"""
        self.browser.visit(
            "request.session['a'] = {0: 'mini'}\nrequest.session['b'] = (1, 'mini')\nrequest.session['c'] = float('nan')\nshown = request.session['a'][0]"
        )
        data = self.stored()
        self.assertEqual((data["a"], data["b"]), ({"0": "mini"}, [1, "mini"]))
        self.assertTrue(math.isnan(data["c"]))
        with self.assertRaises(TypeError):
            store = SessionStore()
            store["date"] = datetime.now()
            store.save()

    def test_the_integer_key_is_found_in_the_same_request(self):
        """05: in the request that stores it, Django still finds the key 0"""
        self.assertSays(
            self.browser.visit("request.session['a'] = {0: 'mini'}\nshown = request.session['a'][0]"), "mini"
        )

    def test_a_session_outside_a_view(self):
        """05: a session is made, saved, found and read without a request"""
        s = SessionStore()
        s["last_login"] = 1376587691
        s.create()
        key = s.session_key
        self.assertEqual(SessionStore(session_key=key)["last_login"], 1376587691)
        row = Session.objects.get(pk=key)
        self.assertEqual(row.get_decoded(), {"last_login": 1376587691})
        self.assertGreater(row.expire_date, timezone.now())


class Promises(Claims):
    def test_the_last_save_wins(self):
        """09: of two requests that load the same record, the last save wins, with every engine"""
        for engine in "db", "cache", "cached_db", "file":
            with self.settings(SESSION_ENGINE=ENGINES + engine):
                browser = Browser()
                browser.visit("request.session['n'] = 5")
                key = browser.cookies["sessionid"].value

                def both(request):
                    Store = type(request.session)
                    one, other = Store(session_key=key), Store(session_key=key)
                    for tab in one, other:
                        tab["n"]
                    for tab in one, other:
                        tab["n"] += 1
                        tab.save()
                    return HttpResponse()

                self.assertEqual(browser.visit(both).status_code, 200)
                self.assertSays(browser.visit(READ), "6")

    def test_the_answer_while_the_file_is_locked(self):
        """django/10: while the file is locked, a returning visitor gets 400 and a new one 500; the class makes 503 of both"""
        names = {
            "OperationalError": OperationalError,
            "SessionInterrupted": SessionInterrupted,
            "SessionMiddleware": SessionMiddleware,
            "render": lambda request, name, status: HttpResponse(status=status),
        }
        exec(code("django/10", "When the store is down: 503"), names)
        globals()["Sessions"] = names["Sessions"]
        for middleware, expected in (SESSIONS, [400, 500]), (f"{__name__}.Sessions", [503, 503]):
            with self.settings(MIDDLEWARE=[middleware]):
                known = Browser()
                known.visit(COUNT)
                with locked():
                    told = [browser.visit(COUNT).status_code for browser in (known, Browser())]
            self.assertEqual(told, expected)

    def test_pages_that_read_are_answered(self):
        """10: while another connection holds the write lock, a page that only reads is answered"""
        self.browser.visit(COUNT)
        with locked():
            self.assertSays(self.browser.visit(READ), "1")

    def test_a_key_that_the_table_does_not_have_is_dropped(self):
        """django/08: a read drops a key that the table does not have, and create() makes a new one"""
        self.browser.sends("a" * 32)
        answer = self.browser.visit(READ + "\n" + code("django/08", "An id that somebody invented"))
        self.assertEqual(answer.status_code, 200)
        self.assertNotEqual(answer.cookies["sessionid"].value, "a" * 32)

    def test_an_expired_row_is_refused_and_stays(self):
        """05: an expired row is refused, and stays until clearsessions deletes it"""
        self.browser.visit(COUNT)
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        self.assertSays(self.browser.visit(READ), "None")
        self.assertEqual(Session.objects.count(), 1)
        exec(code("django/05", "Expired rows"), {"call_command": call_command})
        self.assertEqual(Session.objects.count(), 0)

    def test_there_is_no_background_job(self):
        """05: Django has a command that clears expired sessions, and nothing that runs it"""
        self.assertEqual([name for name in management.get_commands() if "session" in name], ["clearsessions"])

    def test_a_date_ends_a_session_that_is_used(self):
        """05: set_expiry with a date ends one session at that date, however busy it is"""
        self.browser.visit("from datetime import timedelta\nrequest.session.set_expiry(timedelta(minutes=2))")
        ends = Session.objects.get().expire_date
        self.browser.visit(COUNT)
        self.assertLess(abs(Session.objects.get().expire_date - ends), timedelta(seconds=1))


class Engines(Claims):
    def test_signed_cookies_cannot_end_a_session(self):
        """10: with signed cookies, whoever has a copy is still signed in after a log-out"""
        with self.settings(SESSION_ENGINE=ENGINES + "signed_cookies"):
            browser, thief = Browser(), Browser()
            thief.sends(browser.visit(COUNT).cookies["sessionid"].value)
            browser.visit("request.session.flush()")
            self.assertSays(thief.visit(READ), "1")

    def test_cached_db_keeps_everything(self):
        """10: cached_db finds in the database what the cache has forgotten; cache alone has lost it"""
        for engine, found in ("cached_db", "1"), ("cache", "None"):
            with self.settings(SESSION_ENGINE=ENGINES + engine):
                browser = Browser()
                browser.visit(COUNT)
                caches["default"].clear()
                self.assertSays(browser.visit(READ), found)

    def test_the_file_engine_keeps_everything(self):
        """10: the engine file keeps sessions in files"""
        with self.settings(SESSION_ENGINE=ENGINES + "file"):
            browser = Browser()
            browser.visit(COUNT)
            self.assertSays(browser.visit(READ), "1")
        self.assertIsNone(self.stored())


class locked:
    """Another connection that holds the file's write lock."""

    def __enter__(self):
        self.other = sqlite3.connect(DATABASE, isolation_level=None)
        self.other.execute("begin immediate")

    def __exit__(self, *_):
        self.other.execute("rollback")
        self.other.close()
