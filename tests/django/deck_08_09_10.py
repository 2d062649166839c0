"""Steps 8, 9 and 10: people, races, machines."""

from unittest import mock

import psycopg
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, authenticate, login, logout
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import F
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from site_under_test import LOCMEM, Browser, Claims, code

COUNT = "shown = n = request.session.get('n', 0)\nrequest.session['n'] = n + 1"
WHO = "shown = request.user.get_username()"


class People(Claims):
    def setUp(self):
        super().setUp()
        User.objects.all().delete()
        for name in "ann", "ben":
            User.objects.create_user(name, password=f"{name} reads")

    def signs_in(self, browser, name):
        def view(request):
            login(request, User.objects.get(username=name))
            return HttpResponse()

        browser.visit(view)

    def test_login_changes_the_key_and_keeps_the_data(self):
        """08: login cycles the key, keeps anonymous data, and the old key is worthless"""
        self.browser.visit("request.session['my_car'] = 'trojan'")
        old = Session.objects.get().pk
        self.signs_in(self.browser, "ann")
        self.assertFalse(Session.objects.filter(pk=old).exists())
        self.assertEqual(self.stored()["my_car"], "trojan")

    def test_another_person_starts_empty(self):
        """08: if another person was signed in before, login flushes the session"""
        self.signs_in(self.browser, "ann")
        self.browser.visit("request.session['my_car'] = 'beetle'")
        self.signs_in(self.browser, "ben")
        self.assertNotIn("my_car", self.stored())
        self.assertSays(self.browser.visit(WHO), "ben")

    def test_the_same_person_keeps_the_data(self):
        """08: the same person who signs in again keeps the data, and the key"""
        self.signs_in(self.browser, "ann")
        self.browser.visit("request.session['my_car'] = 'beetle'")
        old = Session.objects.get().pk
        self.signs_in(self.browser, "ann")
        self.assertEqual(self.stored()["my_car"], "beetle")
        self.assertEqual(Session.objects.get().pk, old)

    def test_a_new_password_ends_all_sessions(self):
        """08: a session made with the old password is nobody's after its change, and its data is gone"""
        self.signs_in(self.browser, "ann")
        ann = User.objects.get(username="ann")
        ann.set_password("another")
        ann.save()
        self.assertEqual(self.browser.visit(WHO).content, b"")
        self.assertEqual(Session.objects.count(), 0)

    def test_the_session_holds_a_signature_of_the_hash(self):
        """django/08: the session holds what get_session_auth_hash returns, and not the hash of the password"""
        self.signs_in(self.browser, "ann")
        ann = User.objects.get(username="ann")
        names = {"HASH_SESSION_KEY": HASH_SESSION_KEY, "constant_time_compare": constant_time_compare, "user": ann}
        names["request"] = type("Request", (), {"session": self.stored()})
        exec(code("django/08", "Trap: the old password"), names)
        self.assertTrue(names["fits"])
        self.assertNotIn(ann.password, self.stored().values())

    def test_a_deleted_person_is_nobody(self):
        """08: the session of a person who was deleted is nobody's"""
        self.signs_in(self.browser, "ann")
        User.objects.all().delete()
        self.assertEqual(self.browser.visit(WHO).content, b"")

    def test_the_views(self):
        """08: logout flushes the session; both views that sign out do so by POST"""
        names = dict(login=login, logout=logout, redirect=lambda name: HttpResponse(), require_POST=require_POST)
        exec(code("django/08", "In Rust", 1), names)
        self.signs_in(self.browser, "ann")
        self.browser.visit(names["sign_out"])
        self.assertSays(self.browser.visit(WHO), "ann")
        self.browser.visit(names["sign_out"], post={})
        self.assertEqual(Session.objects.count(), 0)

    def test_an_unknown_name_is_hashed_too(self):
        """django/08: a password is hashed for a name that is not there as well"""
        with mock.patch.object(
            PBKDF2PasswordHasher, "encode", autospec=True, side_effect=PBKDF2PasswordHasher.encode
        ) as encode:
            authenticate(username="nobody", password="guess")
        self.assertEqual(encode.call_count, 1)

    def test_a_redirect_stays_on_the_site(self):
        """django/08: url_has_allowed_host_and_scheme refuses //evil.example and its disguises"""
        for path in (
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/loans",
        ):
            names = {
                "url_has_allowed_host_and_scheme": url_has_allowed_host_and_scheme,
                "path": path,
                "request": type("Request", (), {"get_host": lambda: "library.example"}),
            }
            exec(code("django/08", "Back to where you came from"), names)
            self.assertEqual(names["stays"], path == "/loans", path)

    def test_flush_then_a_save_makes_a_new_key(self):
        """django/08: after flush, the next save makes a new key"""
        self.browser.visit(COUNT)
        old = Session.objects.get().pk
        self.browser.visit(code("django/08", "How it is closed") + "\nrequest.session['n'] = 1")
        self.assertNotEqual(Session.objects.get().pk, old)

    def test_only_a_read_drops_an_invented_key(self):
        """django/08: clear() alone keeps an invented key and is answered with 400, each time; after a read it does not"""
        read, clear = code("django/08", "How it is closed", 1).splitlines()[-2:]
        for lines, status in (clear, 400), (f"{read}\n{clear}", 200):
            for _ in range(2):
                self.browser.sends("a" * 32)
                answer = self.browser.visit(lines)
                self.assertEqual(answer.status_code, status)
            self.assertEqual(Session.objects.count(), 0)


class Tabs(Claims):
    def test_no_version(self):
        """django/09: django_session has three fields, and none is a version"""
        self.assertEqual(
            [
                field.name
                for field in eval(
                    code("django/09", "A version in the row").splitlines()[1].split("#")[0], {"Session": Session}
                )
            ],
            ["session_key", "session_data", "expire_date"],
        )

    def test_the_handler_counts(self):
        """django/09: the lines of the view count a visit"""
        for _ in range(2):
            self.browser.visit("import time\n" + code("django/09", "In Rust"))
        self.assertEqual(self.stored(), {"num_visits": 2})

    def test_the_database_adds(self):
        """09: with F() the database adds, so nothing is lost; get_or_create makes one letter for each key"""

        class Visitor(models.Model):
            num_visits = models.IntegerField(default=0)
            visits = models.IntegerField(default=0)

            class Meta:
                app_label = "sessions"

        class Outbox(models.Model):
            session_key = models.CharField(max_length=40)
            key = models.CharField(max_length=40)
            words = models.TextField()

            class Meta:
                app_label = "sessions"
                unique_together = [("session_key", "key")]

        with connection.schema_editor() as editor:
            editor.create_model(Visitor)
            editor.create_model(Outbox)
        visitor = Visitor.objects.create()
        session = SessionStore()
        session.create()
        stale = Visitor.objects.get()
        names = dict(
            Visitor=Visitor,
            F=F,
            visitor=stale,
            pk=visitor.pk,
            Outbox=Outbox,
            key="k",
            words="w",
            request=type("Request", (), {"session": session}),
        )
        for _ in range(2):
            exec(code("09", "In Django"), names)
            exec(code("django/09", "In Rust", 1), names)
            exec(code("django/09", "How it is closed"), names)
        visitor.refresh_from_db()
        self.assertEqual(
            (visitor.num_visits, visitor.visits, Outbox.objects.count(), names["is_new"]), (2, 2, 1, False)
        )


class Machines(Claims):
    def numbers(self, engine, machines):
        """What one browser sees in eight visits, the machine of each visit given by the cache that it has."""
        shown = []
        with self.settings(SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}"):
            for machine in machines:
                with self.settings(SESSION_CACHE_ALIAS=machine):
                    # A machine has a program of its own, and its engine's cache with it.
                    browser = Browser()
                    browser.cookies = self.browser.cookies
                    shown.append(int(browser.visit(COUNT).content))
        return shown

    def test_a_memory_each(self):
        """10: with a memory each, taking turns, every visit is the first; sticky, each machine counts for itself"""
        turns = 4 * ["one", "other"]
        self.assertEqual(self.numbers("cache", turns), 8 * [0])
        self.browser = Browser()
        sticky = 4 * ["one"] + 4 * ["other"]
        self.assertEqual(self.numbers("cache", sticky), [0, 1, 2, 3, 0, 1, 2, 3])

    def test_a_cache_each(self):
        """10: cached_db with two LocMemCaches before one database shows 0, 1, 1, 2, 2, 3, 3, 4"""
        self.assertEqual(self.numbers("cached_db", 4 * ["one", "other"]), [0, 1, 1, 2, 2, 3, 3, 4])

    def test_one_database(self):
        """10: two machines with one database share their sessions already"""
        self.assertEqual(self.numbers("db", 4 * ["one", "other"]), list(range(8)))

    def test_the_default_cache_is_a_memory_of_the_process(self):
        """django/10: the default cache is LocMemCache"""
        names = {}
        exec(code("django/10", "Trap"), names)
        self.assertEqual(names["CACHES"]["default"]["BACKEND"], LOCMEM)
        self.assertEqual(names["SESSION_ENGINE"], "django.contrib.sessions.backends.cached_db")

    def test_there_is_a_cache_for_redis(self):
        """10: Django has a RedisCache"""
        import_string("django.core.cache.backends.redis.RedisCache")

    def test_the_connections(self):
        """10: CONN_MAX_AGE is 0 unless you set it, so each request opens a connection; since 5.1 there is a pool"""
        self.assertEqual(settings.DATABASES["default"]["CONN_MAX_AGE"], 0)
        pool = DatabaseWrapper(
            {**connection.settings_dict, "ENGINE": "", "NAME": "library", "OPTIONS": {"pool": True}}, "library"
        ).pool
        self.assertTrue(hasattr(pool, "getconn"))
        pool.close()

    def test_the_options_of_the_driver(self):
        """django/10: PostgreSQL's driver knows both options that keep Django from waiting"""
        names = {"DATABASES": {"default": {}}}
        exec(code("django/10", "A limit for every wait"), names)
        options = names["DATABASES"]["default"]["OPTIONS"]
        self.assertEqual(
            psycopg.conninfo.conninfo_to_dict(psycopg.conninfo.make_conninfo(**options)),
            {**options, "connect_timeout": "1"},
        )
