"""Step 2: the session dictionary."""

import base64
import pathlib
import tempfile

from django.conf import global_settings, settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.test.utils import CaptureQueriesContext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from site_under_test import Browser, Claims, code

SET = "request.session['my_car'] = 'beetle'"
GET = "shown = request.session.get('my_car')"


class Enabled(Claims):
    def test_startproject_has_put_the_lines_there(self):
        """02: startproject has put the app and the middleware into the settings"""
        with tempfile.TemporaryDirectory() as folder:
            call_command("startproject", "locallibrary", folder)
            made = pathlib.Path(folder, "locallibrary/settings.py").read_text()
        for line in code("02", "Switched on in Django").splitlines():
            if '"django' in line:
                self.assertIn(line.strip().replace('"', "'"), made)

    def test_the_default_engine_is_the_database(self):
        """02: by default the data is kept in the site's database"""
        self.assertEqual(settings.SESSION_ENGINE, "django.contrib.sessions.backends.db")
        self.browser.visit(SET)
        self.assertEqual(self.stored(), {"my_car": "beetle"})

    def test_the_session_is_lazy(self):
        """02: the record is loaded when the session is first used; a view that does not use it costs no look-up"""
        self.browser.visit(SET)
        with CaptureQueriesContext(connection) as unused:
            self.browser.visit("pass")
        with CaptureQueriesContext(connection) as used:
            self.browser.visit("request.session.get('my_car'); request.session.get('my_car')")
        self.assertEqual((len(unused), len(used)), (0, 1))

    def test_a_view_that_used_the_session_varies(self):
        """02: Django adds Vary: Cookie when a view has used the session"""
        self.assertEqual(self.browser.visit(GET).headers.get("Vary"), "Cookie")
        self.assertNotIn("Vary", self.browser.visit("pass").headers)

    def test_never_cache_keeps_a_page_out_of_caches(self):
        """django/02: never_cache keeps a page out of caches"""
        answer = self.browser.visit(never_cache(lambda request: HttpResponse()))
        self.assertIn("no-store", answer.headers["Cache-Control"])

    def test_the_cache_engine_is_the_memory_of_the_process(self):
        """django/02: with the engine cache and the default cache, sessions are in the memory of this process"""
        self.assertIn("locmem", global_settings.CACHES["default"]["BACKEND"])
        engine = code("django/02", "The engine is a value").split('"')[1]
        with self.settings(SESSION_ENGINE=engine):
            browser = Browser()
            browser.visit(SET)
            self.assertSays(browser.visit(GET), "beetle")
        self.assertIsNone(self.stored())

    def test_the_cookie_has_the_name_of_the_setting(self):
        """django/02: SESSION_COOKIE_NAME names the cookie"""
        names = {}
        exec(code("django/02", "Switched on in Rust"), names)
        with self.settings(SESSION_COOKIE_NAME=names["SESSION_COOKIE_NAME"]):
            self.assertIn("step2", Browser().visit(SET).cookies)


class Dictionary(Claims):
    def test_an_absent_key_is_a_key_error(self):
        """02: an absent key raises KeyError, in a look-up and in del"""
        for line in code("02", "In Django").splitlines()[1], code("02", "Changing it in Django").splitlines()[2]:
            self.assertIn("KeyError when absent", line)
            with self.assertRaises(KeyError):
                Browser(shows_errors=False).visit(line)

    def test_a_default_is_shown_and_not_stored(self):
        """02: a default is shown, and not stored: no cookie, no row"""
        answer = self.browser.visit("shown = request.session.get('my_car', 'mini')")
        self.assertSays(answer, "mini")
        self.assertNotIn("sessionid", answer.cookies)
        self.assertIsNone(self.stored())

    def test_the_four_lines_of_reading(self):
        """02: the lines that get, test and loop over a session run; so do those beside the Rust"""
        lines = code("02", "In Django"), code("django/02", "Predict"), code("django/02", "In Rust")
        self.browser.visit(SET)
        for block in lines:
            self.assertEqual(self.browser.visit(block).status_code, 200)
        self.assertSays(
            self.browser.visit(lines[0] + "\nshown = is_there, list(items)"), "(True, [('my_car', 'beetle')])"
        )

    def test_each_change_modifies(self):
        """02: assigning, deleting and clearing mark the session as modified"""
        for line in code("02", "Changing it in Django").splitlines()[1:]:
            told = self.browser.visit(
                f"request.session['my_car'] = 1\nrequest.session.modified = False\n{line}\nshown = request.session.modified"
            )
            self.assertSays(told, "True")

    def test_a_new_visitor_gets_the_cookie_with_the_first_change(self):
        """02: a view that only reads writes nothing; the cookie comes with the first response that changed the session"""
        self.assertNotIn("sessionid", self.browser.visit(GET).cookies)
        self.assertIn("sessionid", self.browser.visit(SET).cookies)
        with CaptureQueriesContext(connection) as asked:
            self.assertNotIn("sessionid", self.browser.visit(GET).cookies)
        self.assertEqual([query["sql"][:6] for query in asked], ["SELECT"])

    def test_a_server_error_saves_nothing(self):
        """02: when the response is a server error (5xx), nothing is saved"""

        def broken(request):
            request.session["my_car"] = "beetle"
            return HttpResponse(status=500)

        self.assertNotIn("sessionid", self.browser.visit(broken).cookies)
        self.assertIsNone(self.stored())

    def test_pop_takes_a_default(self):
        """django/02: the view that deletes the car deletes it, accepts an absent one, and refuses a GET"""
        names = {"require_POST": require_POST, "redirect": redirect}
        exec(code("django/02", "A handler asks for the session"), names)
        self.browser.visit(SET)
        for _ in range(2):
            self.assertEqual(self.browser.visit(names["delete_my_car"], post={}).status_code, 302)
            self.assertEqual(self.stored(), {})
        self.assertEqual(self.browser.visit(names["delete_my_car"]).status_code, 405)

    def test_the_other_methods_have_these_names(self):
        """02: the other methods have the names in the table"""
        told = self.browser.visit("""
            s = request.session
            s.set_test_cookie(); worked = s.test_cookie_worked(); s.delete_test_cookie()
            s.set_expiry(300); s.cycle_key(); s.flush()
            shown = worked, s.get_expiry_age() > 0, s.get_expiry_date() is not None, s.clear_expired()
        """)
        self.assertSays(told, "(True, True, True, None)")

    def test_a_wrong_type_is_noticed_where_it_is_used(self):
        """02: in Python you notice the wrong type later, at the line that uses the value"""
        self.browser.visit(SET)
        self.assertEqual(self.browser.visit("car = request.session['my_car']").status_code, 200)
        self.assertEqual(self.browser.visit("car = request.session['my_car']\ncar + 1").status_code, 500)


class Guarded(Claims):
    def test_a_form_without_the_secret_is_refused(self):
        """02: a form that does not bring Django's secret is refused"""
        csrf = "django.middleware.csrf.CsrfViewMiddleware"
        with self.settings(MIDDLEWARE=[*settings.MIDDLEWARE, csrf]):
            browser = Browser(enforce_csrf_checks=True)
            self.assertEqual(browser.visit("pass", post={}).status_code, 403)
            secret = browser.visit(lambda request: HttpResponse(get_token(request))).content.decode()
            self.assertEqual(browser.visit("pass", post={"csrfmiddlewaretoken": secret}).status_code, 200)

    def test_a_signed_cookie_can_be_read_and_sent_again(self):
        """02: a signed cookie cannot be changed, but it can be read, and an old one can be sent again"""
        with self.settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies"):
            browser = Browser()
            old = browser.visit("request.session['loans'] = 3").cookies["sessionid"].value
            self.assertIn(b'"loans":3', base64.urlsafe_b64decode(old.split(":")[0] + "=="))
            browser.visit("request.session.flush()")
            read = "shown = request.session.get('loans')"
            self.assertSays(browser.visit(read), "None")
            browser.sends(old)
            self.assertSays(browser.visit(read), "3")
            browser.sends("x" + old)
            self.assertSays(browser.visit(read), "None")

    def test_flush_ends_the_key(self):
        """08: after flush the row is deleted, and the session gets a new key"""
        self.browser.visit(SET)
        old = Session.objects.get().pk
        self.browser.visit("request.session.flush(); request.session['my_car'] = 'fiat'")
        self.assertNotEqual(Session.objects.get().pk, old)

    def test_a_save_whose_row_is_gone_is_refused(self):
        """02: a save that finds its row gone is refused with status 400"""
        self.browser.visit(SET)

        def slow(request):
            request.session["my_car"] = "fiat"
            Session.objects.all().delete()
            return HttpResponse()

        self.assertEqual(self.browser.visit(slow).status_code, 400)
        self.assertIsNone(self.stored())
