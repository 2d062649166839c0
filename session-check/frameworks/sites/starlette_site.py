"""The small site in Starlette with SessionMiddleware."""

import os

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

FORM = '<form method=post action="/sign-in"><input name=username><input type="password" name=password><button>Sign in</button></form>'


async def index(request):
    visits = request.session.get("visits", 0)
    request.session["visits"] = visits + 1
    return HTMLResponse(f'<body><p>Visits: {visits} <a href="/sign-in">Sign in</a>')


async def form(request):
    return HTMLResponse(FORM)


async def sign_in(request):
    typed = await request.form()
    name = typed.get("username")
    if name not in ["ann", "ben"] or typed.get("password") != f"{name} reads":
        return HTMLResponse(FORM, 422)
    request.session["username"] = name
    return RedirectResponse("/private", 303)


async def sign_out(request):
    request.session.clear()
    return RedirectResponse("/", 303)


async def private(request):
    if "username" not in request.session:
        return RedirectResponse("/sign-in", 303)
    return HTMLResponse('<p>Private.<form method=post action="/sign-out"><button>Sign out</button></form>')


app = Starlette(
    routes=[
        Route("/", index),
        Route("/sign-in", form),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
        Route("/private", private),
    ],
    middleware=[Middleware(SessionMiddleware, secret_key=os.environ["SECRET"])],
)
