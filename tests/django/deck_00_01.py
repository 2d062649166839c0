"""The primer and step 1."""

import ast
import dataclasses
import re

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test.utils import CaptureQueriesContext

from site_under_test import SLIDES, Browser, Claims, code


class Slides(Claims):
    def test_every_block_is_python(self):
        """every block of Python on a slide, and beside one, is Python"""
        for text in SLIDES.rglob("*.md"):
            for block in re.findall(r"^```python\n(.*?)^```", text.read_text(), re.M | re.S):
                ast.parse(block, text.name)


class Primer(Claims):
    def test_a_name_that_is_not_there_leaves_an_empty_space(self):
        """00: a variable that does not exist leaves an empty space on the page of a Django template"""
        self.assertEqual(engines["django"].from_string("[{{ missing }}]").render({}), "[]")

    def test_urls_do_not_look_at_the_method(self):
        """00: urls.py names a path, and does not look at the method"""
        echo = lambda request: HttpResponse(request.method)
        self.assertSays(self.browser.visit(echo), "GET")
        self.assertSays(self.browser.visit(echo, post={}), "POST")

    def test_the_outermost_middleware_comes_first(self):
        """00: in the list MIDDLEWARE the outermost comes first"""
        seen = []

        def noting(name):
            def middleware(get_response):
                return lambda request: seen.append(name) or get_response(request)

            return middleware

        globals().update(first=noting("first"), second=noting("second"))
        with self.settings(MIDDLEWARE=[f"{__name__}.first", f"{__name__}.second"]):
            Browser().visit("pass")
        self.assertEqual(seen, ["first", "second"])

    def test_replace_takes_the_other_fields(self):
        """00: dataclasses.replace(mini(), model=...) takes the other fields from mini()"""
        car = dataclasses.make_dataclass("Car", ["model", "wheels"])
        self.assertEqual(dataclasses.replace(car("mini", "steel"), model="beetle"), car("beetle", "steel"))

    def test_a_lambda_may_not_assign(self):
        """00: a lambda may not assign"""
        with self.assertRaises(SyntaxError):
            compile("lambda car: car.wheels = 'alloy'", "", "eval")


class Stateless(Claims):
    def test_no_cookie_without_a_session(self):
        """01: a view that does not use the session sends no cookie, and its page no Vary"""
        answer = self.browser.visit("pass")
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertNotIn("Vary", answer.headers)

    def test_all_is_implied(self):
        """01: objects.count() is short for objects.all().count()"""
        with CaptureQueriesContext(connection) as asked:
            self.assertEqual(User.objects.count(), User.objects.all().count())
        self.assertEqual(asked[0]["sql"], asked[1]["sql"])

    def test_the_view_counts(self):
        """01: the view on the slide counts the records and hands the counts to the template"""
        self.assertEqual(
            self.shown("01", "In Django"),
            {"num_books": 7, "num_instances": 7, "num_instances_available": 7, "num_authors": 7},
        )

    def test_the_twin_counts(self):
        """django/01: so does the view beside the Rust"""
        self.assertEqual(self.shown("django/01", "In Rust"), self.shown("01", "In Django"))

    def shown(self, deck, heading):
        """The context that the view makes of a catalog with seven of each record."""

        class Seven:
            count = staticmethod(lambda: 7)
            filter = staticmethod(lambda **_: Seven)
            all = staticmethod(lambda: Seven)
            objects = None

        Seven.objects = Seven
        told = lambda request, name, context: context
        names = {"Book": Seven, "BookInstance": Seven, "Author": Seven, "render": told}
        exec(code(deck, heading), names)
        return names["index"](None)
