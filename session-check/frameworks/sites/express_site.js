// The small site in Express with express-session, as its README shows a user's login. STORE=files keeps sessions in files.
const express = require("express");
const session = require("express-session");

const { PORT, SECRET, STORE, FOLDER } = process.env;
const store = STORE === "files" ? new (require("session-file-store")(session))({ path: FOLDER, logFn() {} }) : undefined;
const app = express();
app.use(session({ secret: SECRET, resave: false, saveUninitialized: false, store }));
app.use(express.urlencoded({ extended: false }));
const form = '<form method=post action="/sign-in"><input name=username><input type="password" name=password><button>Sign in</button></form>';

app.get("/", (request, response) => {
    const visits = request.session.visits ?? 0;
    request.session.visits = visits + 1;
    response.send(`<body><p>Visits: ${visits} <a href="/sign-in">Sign in</a>`);
});
app.get("/sign-in", (request, response) => response.send(form));
app.post("/sign-in", (request, response, next) => {
    const name = request.body.username;
    if (!["ann", "ben"].includes(name) || request.body.password !== `${name} reads`) return response.status(422).send(form);
    request.session.regenerate((error) => {
        if (error) return next(error);
        request.session.user = name;
        request.session.save((error) => (error ? next(error) : response.redirect("/private")));
    });
});
app.post("/sign-out", (request, response, next) => {
    request.session.user = null;
    request.session.save((error) => {
        if (error) return next(error);
        request.session.regenerate((error) => (error ? next(error) : response.redirect("/")));
    });
});
app.get("/private", (request, response) => {
    if (!request.session.user) return response.redirect("/sign-in");
    response.send('<p>Private.<form method=post action="/sign-out"><button>Sign out</button></form>');
});
app.listen(Number(PORT), "127.0.0.1");
