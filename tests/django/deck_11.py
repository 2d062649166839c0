"""Step 11: five attacks, and what Django does about them."""

from django.conf import global_settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template import engines
from django.test import override_settings
from django.views.decorators.http import require_POST

from site_under_test import SESSIONS, Browser, Claims, code

CSRF = "django.middleware.csrf.CsrfViewMiddleware"
WITH_CSRF = override_settings(MIDDLEWARE=[SESSIONS, CSRF, "django.contrib.auth.middleware.AuthenticationMiddleware"])
NAMES = {"require_POST": require_POST, "logout": logout, "redirect": redirect}


class Attacks(Claims):
    def setUp(self):
        super().setUp()
        User.objects.all().delete()
        self.ann = User.objects.create_user("ann", password="ann reads")

    def signs_in(self, browser):
        def view(request):
            login(request, self.ann)
            return HttpResponse(get_token(request))

        return browser.visit(view).content.decode()

    def test_the_settings_of_the_slide_are_the_defaults(self):
        """11: HttpOnly and Lax are the defaults, and Secure is not"""
        names = {}
        exec(code("django/11", "In Rust"), names)
        for name in "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE":
            self.assertEqual(names[name], getattr(global_settings, name))
        self.assertIs(global_settings.SESSION_COOKIE_SECURE, False)
        self.assertFalse(hasattr(global_settings, "SECURE_CSP"))

    def test_a_get_does_not_sign_out(self):
        """11: with require_POST a GET is answered 405, and signs nobody out; a POST flushes the session"""
        for block in code("11", "In Django"), code("django/11", "A picture that is no picture"):
            names = dict(NAMES)
            exec(block, names)
            browser = Browser()
            self.signs_in(browser)
            self.assertEqual(browser.visit(names["sign_out"]).status_code, 405)
            self.assertEqual(Session.objects.count(), 1)
            browser.visit(names["sign_out"], post={})
            self.assertEqual(Session.objects.count(), 0)

    @WITH_CSRF
    def test_a_foreign_form_is_refused(self):
        """11: CsrfViewMiddleware refuses a form of another origin, even with the token, and a form without the token"""
        browser = Browser(enforce_csrf_checks=True)
        token = {"csrfmiddlewaretoken": self.signs_in(browser)}
        for form, origin, status in [
            (token, "http://testserver", 200),
            (token, "http://testserver:8001", 403),
            (token, "http://elsewhere.example", 403),
            ({}, "http://testserver", 403),
        ]:
            answer = browser.visit("shown = 'done'", post=form, origin=origin)
            self.assertEqual(answer.status_code, status, (form, origin))

    @WITH_CSRF
    def test_the_token_is_in_a_cookie_of_its_own(self):
        """11: the token is in the cookie csrftoken and makes no row; with CSRF_USE_SESSIONS it is in the session"""
        shows_a_form = "from django.middleware.csrf import get_token\nshown = get_token(request)"
        browser = Browser()
        token = browser.visit(shows_a_form).content.decode()
        self.assertNotEqual(browser.cookies["csrftoken"].value, token)
        self.assertEqual(Session.objects.count(), 0)
        with override_settings(CSRF_USE_SESSIONS=True):
            browser = Browser()
            browser.visit(shows_a_form)
            self.assertNotIn("csrftoken", browser.cookies)
            self.assertEqual(Session.objects.count(), 1)

    @WITH_CSRF
    def test_who_refuses_is_a_setting(self):
        """django/11: CSRF_FAILURE_VIEW names the view that answers a refused form"""
        names = {}
        exec(code("django/11", "How it is closed"), names)
        self.assertTrue(hasattr(global_settings, "CSRF_FAILURE_VIEW"))
        with override_settings(CSRF_FAILURE_VIEW="deck_11.refuse_other_site"):
            answer = Browser(enforce_csrf_checks=True).visit("", post={})
        self.assertEqual((answer.status_code, answer.content), (403, b"from another site"))
        self.assertTrue(names["CSRF_FAILURE_VIEW"].endswith("refuse_other_site"))

    def test_templates_escape(self):
        """11: a template escapes a value, unless it says safe"""
        template = engines["django"].from_string(code("django/11", "A script in a note"))
        shown = template.render({"note": {"by": "ann", "text": "<script>"}}).split("\n")
        self.assertIn("&lt;script&gt;", shown[0])
        self.assertIn("<script>", shown[1])


def refuse_other_site(request, reason=""):
    return HttpResponse("from another site", status=403)
