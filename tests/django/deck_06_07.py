"""Steps 6 and 7: the cookie's life, and preferences."""

import io
from datetime import timedelta

from django import forms
from django.conf import global_settings, settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.http import Http404, HttpResponse
from django.template import engines
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from site_under_test import SESSIONS, Browser, Claims, Page, code

COUNT = "request.session['n'] = request.session.get('n', 0) + 1\nshown = request.session['n']"
READ = "shown = request.session.get('n')"
TWO_WEEKS = 1209600


class Expiry(Claims):
    def age(self, line, then=COUNT):
        """The Max-Age of the cookie after this line, and after a later save."""
        first = self.browser.visit(line).cookies["sessionid"]["max-age"]
        Session.objects.update(expire_date=timezone.now() + timedelta(days=9))
        return first, self.browser.visit(then).cookies["sessionid"]["max-age"]

    def test_the_four_lines(self):
        """06: set_expiry(0) ends with the browser, an int after idle time, a timedelta at a date, None as the site says"""
        lines = code("06", "In Django").splitlines()[-4:]
        [browser, idle, date, site] = [self.age("from datetime import timedelta\n" + line) for line in lines]
        self.assertEqual(browser, ("", ""))
        self.assertEqual(idle, (30, 30))
        self.assertTrue(3590 < date[1] <= date[0] <= 3600, date)
        self.assertEqual(site, (TWO_WEEKS, TWO_WEEKS))

    def test_the_choices_beside_the_rust(self):
        """django/06: the four choices of the page do the same, and another one is a 404"""
        names = dict(timedelta=timedelta, timezone=timezone, Http404=Http404)
        for choice, kept in ("browser-close", 0), ("idle", 30), ("date", ...), ("site", None):
            exec(code("django/06", "In Rust"), names | {"choice": choice, "request": self.request()})
            self.assertTrue(kept is ... or self.expiry == kept)
        with self.assertRaises(Http404):
            exec(code("django/06", "In Rust"), names | {"choice": "other", "request": self.request()})

    def request(self):
        session = type("Session", (), {"set_expiry": lambda _, expiry: setattr(self, "expiry", expiry)})()
        return type("Request", (), {"session": session})

    def test_the_choice_is_kept_in_the_data(self):
        """06: Django keeps the choice in the session's data, under _session_expiry, so it holds for each later save"""
        self.browser.visit("request.session.set_expiry(30)")
        self.assertEqual(self.stored(), {"_session_expiry": 30})
        self.assertSays(self.browser.visit("shown = request.session.get_expiry_age()"), "30")

    def test_two_weeks_are_the_default(self):
        """06: SESSION_COOKIE_AGE is two weeks by default, and the row ends two weeks after its last save, too"""
        self.assertEqual(global_settings.SESSION_COOKIE_AGE, TWO_WEEKS)
        names = {}
        exec(code("django/06", "The site's policy") + code("06", "In Django").splitlines()[1], names)
        self.assertEqual(names["SESSION_COOKIE_AGE"], TWO_WEEKS)
        self.browser.visit("request.session.set_expiry(0)")
        left = Session.objects.get().expire_date - timezone.now()
        self.assertTrue(timedelta(days=13) < left <= timedelta(weeks=2))

    def test_reading_prolongs_nothing(self):
        """04, 06: reading prolongs no session, unless SESSION_SAVE_EVERY_REQUEST is on"""
        self.browser.visit(COUNT)
        soon = timezone.now() + timedelta(hours=1)
        for setting, moves in (False, False), (True, True):
            Session.objects.update(expire_date=soon)
            with self.settings(SESSION_SAVE_EVERY_REQUEST=setting):
                self.browser.visit(READ)
            self.assertEqual(Session.objects.get().expire_date > soon, moves)

    def test_the_choice_holds_for_a_save_of_every_request(self):
        """django/06: with SESSION_SAVE_EVERY_REQUEST, what the visitor chose holds without an order of middleware"""
        with self.settings(SESSION_SAVE_EVERY_REQUEST=True):
            self.browser.visit("request.session.set_expiry(30)")
            self.assertEqual(self.browser.visit(READ).cookies["sessionid"]["max-age"], 30)

    def test_a_past_date_has_a_negative_age(self):
        """06: the age of a session whose date has passed is negative"""
        told = self.browser.visit(
            "from datetime import timedelta\ns = request.session\ns.set_expiry(timedelta(hours=-1))\nshown = s.get_expiry_age() < 0, s.get_expire_at_browser_close()"
        )
        self.assertSays(told, "(True, False)")


class Cookie(Claims):
    def test_the_key_has_32_letters_and_digits(self):
        """06: Django's session key has 32 letters and digits"""
        self.assertRegex(self.browser.visit(COUNT).cookies["sessionid"].value, "^[a-z0-9]{32}$")

    def test_the_test_cookie(self):
        """06: the first request sets the test cookie, the second finds that it worked"""
        worked = "shown = request.session.test_cookie_worked()"
        self.assertSays(self.browser.visit(worked), "False")
        self.browser.visit("request.session.set_test_cookie()")
        self.assertEqual(self.stored(), {"testcookie": "worked"})
        self.assertSays(self.browser.visit(worked), "True")

    def test_middleware_above_sees_the_cookie(self):
        """django/06: what stands above SessionMiddleware sees the cookie that it sets; what stands below does not"""
        seen = []

        def show_cookie(get_response):
            def middleware(request):
                response = get_response(request)
                seen.append("sessionid" in response.cookies)
                return response

            return middleware

        globals()["show_cookie"] = show_cookie
        with self.settings(MIDDLEWARE=[f"{__name__}.show_cookie", SESSIONS, f"{__name__}.show_cookie"]):
            Browser().visit(COUNT)
        self.assertEqual(seen, [False, True])

    def test_the_person_is_under_an_underscore(self):
        """06: Django keeps who has signed in under _auth_user_id"""
        self.assertEqual(SESSION_KEY, "_auth_user_id")

    def test_a_log_out_deletes_the_cookie_with_its_attributes(self):
        """06: Django removes its cookie with Max-Age=0"""
        self.browser.visit(COUNT)
        self.assertEqual(self.browser.visit("request.session.flush()").cookies["sessionid"]["max-age"], 0)


class Protection(Claims):
    def test_secure_is_a_setting(self):
        """06: SESSION_COOKIE_SECURE is False unless you set it, `check --deploy` warns about it and about HSTS, and it makes the cookie Secure"""
        self.assertFalse(global_settings.SESSION_COOKIE_SECURE)
        warned = io.StringIO()
        with self.settings(MIDDLEWARE=["django.middleware.security.SecurityMiddleware", *settings.MIDDLEWARE]):
            call_command("check", deploy=True, stderr=warned)
        for setting in "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS":
            self.assertIn(setting, warned.getvalue())
        names = {"DEBUG": False}
        exec(code("django/06", "One setting for https"), names)
        with self.settings(SESSION_COOKIE_SECURE=names["SESSION_COOKIE_SECURE"]):
            self.assertTrue(Browser().visit(COUNT).cookies["sessionid"]["secure"])

    def test_hsts_is_a_setting(self):
        """06: Django sends Strict-Transport-Security over https when SECURE_HSTS_SECONDS is set"""
        with self.settings(MIDDLEWARE=["django.middleware.security.SecurityMiddleware"], SECURE_HSTS_SECONDS=60):
            Page.view = staticmethod(lambda request: HttpResponse())
            self.assertEqual(Browser().get("/", secure=True).headers["Strict-Transport-Security"], "max-age=60")

    def test_templates_escape(self):
        """06: Django's templates escape every value, and its cookie is HttpOnly"""
        self.assertEqual(engines["django"].from_string("{{ name }}").render({"name": "<b>"}), "&lt;b&gt;")
        self.assertTrue(self.browser.visit(COUNT).cookies["sessionid"]["httponly"])


class Preferences(Claims):
    def test_a_choice_that_was_not_offered_is_refused(self):
        """07: both views keep a number that was offered, and refuse another one with 422"""
        for blocks in (
            [code("07", "In Django")],
            [code("django/07", "A form can send anything"), code("django/07", "In Rust")],
        ):
            names = dict(
                forms=forms,
                HttpResponse=HttpResponse,
                redirect=lambda name: HttpResponse(status=303),
                require_POST=require_POST,
                PER_PAGE=[5, 10, 20, 50],
            )
            if len(blocks) == 2:
                field, blocks = blocks[0], blocks[1:]
                exec(field, names)
                names["PerPageForm"] = type("PerPageForm", (forms.Form,), {"per_page": names["per_page"]})
            exec(blocks[0], names)
            key = "number" if "PerPage" in names else "per_page"
            browser = Browser()
            self.assertEqual(browser.visit(names["set_per_page"], post={key: "5"}).status_code, 303)
            self.assertEqual(self.stored(), {"preferences": {"per_page": 5}})
            self.assertEqual(browser.visit(names["set_per_page"], post={key: "1000000"}).status_code, 422)
            self.assertEqual(browser.visit(names["set_per_page"]).status_code, 405)
            Session.objects.all().delete()

    def test_dismissing_keeps_the_other_choice(self):
        """django/07: setdefault, a change inside, and `modified = True` keep the other choice"""
        self.browser.visit("request.session['preferences'] = {'per_page': 5}")
        self.browser.visit(code("django/07", "Dismissed, and how long it stays so"))
        self.assertEqual(self.stored(), {"preferences": {"per_page": 5, "notice_dismissed": True}})

    def test_defaults_beside_what_is_stored(self):
        """django/07: the stored choices go over the defaults"""
        self.browser.visit("request.session['preferences'] = {'per_page': 5}")
        told = self.browser.visit(code("django/07", "One struct, one key") + "\nshown = my")
        self.assertSays(told, "{'per_page': 5, 'notice_dismissed': False}")

    def test_the_list_asks_for_the_choice(self):
        """django/07: the list has 10 on a page, and 5 for somebody who has chosen 5"""
        names = {"generic": type("generic", (), {"ListView": ListView})}
        exec(code("django/07", "The list asks for the choice"), names)
        view = names["BookListView"]()
        for kept, expected in ({}, 10), ({"preferences": {"per_page": 5}}, 5):
            view.request = type("Request", (), {"session": kept})
            self.assertEqual(view.get_paginate_by(None), expected)

    def test_yesterdays_row_fails_in_the_view(self):
        """django/07: a dict is loaded whatever its shape; the view fails with a KeyError, and status 500"""
        self.browser.visit("request.session['preferences'] = {'per_page': 5}")
        lines = "my = request.session['preferences']\n" + code("django/07", "Another trap: yesterday's rows")
        self.assertEqual(self.browser.visit(lines).status_code, 500)
        with self.assertRaises(KeyError):
            exec(code("django/07", "Another trap: yesterday's rows"), {"my": {}})

    def test_a_mistyped_field_is_no_error(self):
        """07: a typing mistake in the key of a plain dictionary makes a new entry and no error"""
        self.browser.visit("my = request.session.setdefault('preferences', {})\nmy['per_pgae'] = 5")
        self.assertEqual(self.stored(), {"preferences": {"per_pgae": 5}})
