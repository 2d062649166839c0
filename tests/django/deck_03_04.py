"""Steps 3 and 4: the counter, and a change inside a value."""

from django.conf import global_settings
from django.http import HttpResponse
from django.template import engines

from site_under_test import Browser, Claims, code

BEETLE = "request.session['my_car'] = {'model': 'beetle', 'wheels': 'steel'}"
WHEELS = "shown = request.session['my_car']['wheels']"


class Counter(Claims):
    def test_the_first_visit_shows_0(self):
        """03: the view on the slide shows 0, then 1, then 2, and stores one more than it shows"""
        for deck, heading in ("03", "In Django"), ("django/03", "Three moves"):
            browser = Browser()
            view = code(deck, heading)
            if "def index" in view:
                told = lambda request, name, context: HttpResponse(str(context["num_visits"]))
                names = {"render": told}
                exec(view.replace("        ...\n", ""), names)
                view = names["index"]
            else:
                view += "\nshown = num_visits"
            self.assertEqual([browser.visit(view).content for _ in range(3)], [b"0", b"1", b"2"])

    def test_pluralize_adds_the_s(self):
        """03: pluralize adds the s unless the number is 1"""
        for deck in "03", "django/03":
            template = engines["django"].from_string(code(deck, "In the template"))
            times = [" ".join(template.render({"num_visits": n}).split()) for n in (0, 1, 2)]
            self.assertIn("0 times.", times[0])
            self.assertIn("1 time.", times[1])
            self.assertIn("2 times.", times[2])

    def test_the_defaults_of_the_cookie(self):
        """03: Django's cookie is Lax, and not Secure until you set SESSION_COOKIE_SECURE"""
        names = {}
        exec(code("django/03", "How it is closed"), names)
        for name in "SESSION_COOKIE_SECURE", "SESSION_COOKIE_SAMESITE":
            self.assertEqual(names[name], getattr(global_settings, name))


class Modified(Claims):
    def test_the_first_fragment_of_the_seed_fails(self):
        """04: a text in my_car, and then ['wheels'] of it, is a TypeError"""
        with self.assertRaises(TypeError):
            Browser(shows_errors=False).visit("""
                request.session["my_car"] = "mini"
                request.session["my_car"]["wheels"] = "alloy"
            """)

    def test_a_change_inside_a_value_is_not_noticed(self):
        """04: assigning a key is noticed; a change inside its value is not; `modified = True` has it saved"""
        _, noticed, inside, forced = code("04", "In Django").split("\n\n")
        self.browser.visit(noticed)
        answer = self.browser.visit(inside)
        self.assertNotIn("sessionid", answer.cookies)
        self.assertSays(self.browser.visit(WHEELS), "steel")
        answer = self.browser.visit(inside + "\n" + forced)
        self.assertIn("sessionid", answer.cookies)
        self.assertSays(self.browser.visit(WHEELS), "alloy")

    def test_another_change_saves_it_too(self):
        """04: when anything else in the same request modifies the session, the changed car is saved along with it"""
        self.browser.visit(BEETLE)
        self.browser.visit("request.session['my_car']['wheels'] = 'alloy'\nrequest.session['other'] = 1")
        self.assertSays(self.browser.visit(WHEELS), "alloy")

    def test_the_view_that_forgets(self):
        """django/04: the view `fit` shows alloy, and the next page says steel"""
        names = {"render": lambda request, name, context: HttpResponse(context["car"]["wheels"])}
        exec(code("django/04", "The car has parts now") + code("django/04", "Fit alloy wheels"), names)
        self.browser.visit(BEETLE)
        self.assertSays(self.browser.visit(names["fit"]), "alloy")
        self.assertSays(self.browser.visit(WHEELS), "steel")

    def test_assigning_it_back_keeps_it(self):
        """django/04: the same with an assignment, and with the helper edit, says alloy"""
        mini = code("django/04", "The car has parts now")
        edit = code("django/04", "How it is closed", 1)
        fit_alloy = "def fit_alloy(car): car['wheels'] = 'alloy'\n"
        for lines in (
            mini + code("django/04", "In Rust"),
            mini + fit_alloy + edit + code("django/04", "How it is closed", 0),
        ):
            self.browser.visit(BEETLE)
            self.browser.visit(lines)
            self.assertSays(self.browser.visit(WHEELS), "alloy")

    def test_an_equal_value_counts(self):
        """04: an assignment always counts, whether the value is equal or not"""
        self.browser.visit(BEETLE)
        self.assertIn("sessionid", self.browser.visit(BEETLE).cookies)
