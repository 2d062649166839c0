"""The small site in Flask, as the quickstart shows sessions. STORE=files takes Flask-Session instead of the signed cookie."""

import os

from flask import Flask, redirect, request, session

app = Flask(__name__)
app.secret_key = os.environ["SECRET"]
if os.environ["STORE"] == "files":
    from cachelib.file import FileSystemCache
    from flask_session import Session

    app.config["SESSION_TYPE"] = "cachelib"
    app.config["SESSION_CACHELIB"] = FileSystemCache(cache_dir=os.environ["FOLDER"])
    Session(app)

FORM = '<form method=post action="/sign-in"><input name=username><input type="password" name=password><button>Sign in</button></form>'


@app.get("/")
def index():
    visits = session.get("visits", 0)
    session["visits"] = visits + 1
    return f'<body><p>Visits: {visits} <a href="/sign-in">Sign in</a>'


@app.get("/sign-in")
def form():
    return FORM


@app.post("/sign-in")
def sign_in():
    name = request.form["username"]
    if name not in ["ann", "ben"] or request.form["password"] != f"{name} reads":
        return FORM, 422
    session["username"] = name
    return redirect("/private")


@app.post("/sign-out")
def sign_out():
    session.pop("username", None)
    return redirect("/")


@app.get("/private")
def private():
    if "username" not in session:
        return redirect("/sign-in")
    return '<p>Private.<form method=post action="/sign-out"><button>Sign out</button></form>'
