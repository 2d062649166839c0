"""Step 13: what survives signing in."""

from unittest import mock

from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.messages import get_messages, success
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.utils import timezone

from site_under_test import Browser, Claims, code


class Survivors(Claims):
    def setUp(self):
        super().setUp()
        User.objects.all().delete()
        for name in "ann", "ben":
            User.objects.create_user(name, password=f"{name} reads")

    def signs_in(self, name, browser=None):
        def view(request):
            login(request, User.objects.get(username=name))
            return HttpResponse()

        (browser or self.browser).visit(view)

    def test_login_keeps_a_basket_and_another_login_drops_it(self):
        """13: login keeps an anonymous session's data; when another user logs in over it, it is gone"""
        self.browser.visit("request.session['basket'] = [38]")
        self.signs_in("ann")
        self.assertEqual(self.stored()["basket"], [38])
        self.signs_in("ben")
        self.assertNotIn("basket", self.stored())

    def test_the_signal_comes_when_the_basket_is_still_there(self):
        """13, django/13: a receiver of user_logged_in gets the request, and can take the basket out of its session"""
        kept = []
        basket = mock.Mock()
        basket.objects.get_or_create = lambda person, book_id: kept.append((person.username, book_id))
        names = {"Basket": basket}

        def receiver(sender, request, user, **kwargs):
            exec(code("django/13", "In Rust", 1), {**names, "request": request, "user": user})

        user_logged_in.connect(receiver)
        self.addCleanup(user_logged_in.disconnect, receiver)
        self.browser.visit("request.session['basket'] = [38, 19]")
        self.signs_in("ann")
        self.signs_in("ann")
        self.assertEqual(kept, [("ann", 38), ("ann", 19)])
        self.assertNotIn("basket", self.stored())

    def test_the_receiver_of_the_slide_is_one(self):
        """13: the lines of the slide define a receiver of user_logged_in, and a view that leaves a message"""
        connected = mock.Mock(return_value=lambda function: function)
        names = {"receiver": connected, "user_logged_in": user_logged_in}
        exec(code("13", "In Django"), names)
        connected.assert_called_once_with(user_logged_in)
        self.assertTrue(callable(names["keep_basket"]) and callable(names["put"]))

    def test_logout_empties_the_session(self):
        """13: after logout nothing of the session is left for the next person"""
        self.browser.visit("request.session['basket'] = [38]")
        self.signs_in("ann")

        def view(request):
            logout(request)
            return HttpResponse()

        self.browser.visit(view)
        self.assertIsNone(self.stored())

    def with_messages(self, work):
        """A view in which messages are kept in the session, as MessageMiddleware does it."""

        def view(request):
            request._messages = SessionStorage(request)
            shown = work(request)
            response = HttpResponse(shown or "")
            request._messages.update(response)
            return response

        return view

    def test_whichever_page_loops_first_shows_the_message(self):
        """13, django/13: the page that loops over the messages first shows and clears them, whichever page that is"""
        self.browser.visit(self.with_messages(lambda request: success(request, "It is in your basket.")))

        def another_tab(request):
            names = {"messages": mock.Mock(get_messages=get_messages), "request": request, "shown": []}
            exec(code("django/13", "Who eats a message"), names)
            return " ".join(names["shown"])

        self.assertSays(self.browser.visit(self.with_messages(another_tab)), "It is in your basket.")
        self.assertEqual(self.browser.visit(self.with_messages(another_tab)).content, b"")

    def test_a_page_loaded_in_advance_eats_it(self):
        """13: a page that is loaded in advance takes the message as any other page does"""
        self.browser.visit(self.with_messages(lambda request: success(request, "It is in your basket.")))
        shows = self.with_messages(lambda request: " ".join(map(str, get_messages(request))))
        self.browser.visit(shows, **{"Sec-Purpose": "prefetch"})
        self.assertEqual(self.browser.visit(shows).content, b"")

    def test_the_password_again(self):
        """django/13: the lines lead to the form, with the page to come back to, unless the password was just given"""
        def view(request):
            names = {"request": request, "time": __import__("time"), "redirect": HttpResponse}
            names["urlencode"] = __import__("urllib.parse", fromlist=["urlencode"]).urlencode
            lines = "def asked():\n" + "".join(f"    {line}\n" for line in code("django/13", "The password again").splitlines())
            exec(lines, names)
            return names["asked"]() or HttpResponse("no")

        self.assertSays(self.browser.visit(view), "/confirm?next=%2F")
        self.browser.visit("import time\nrequest.session['confirmed'] = time.time()")
        self.assertSays(self.browser.visit(view), "no")

    def test_the_sessions_of_a_family_are_found_by_looking_into_each(self):
        """django/13: to end the sessions of one family, each session is decoded, and the others stay"""
        for family in 7, 8:
            Browser().visit(f"request.session['remembered'] = {family}")
        exec(code("django/13", "How it is closed"), {"Session": Session, "timezone": timezone, "family": 7})
        self.assertEqual([row.get_decoded()["remembered"] for row in Session.objects.all()], [8])

