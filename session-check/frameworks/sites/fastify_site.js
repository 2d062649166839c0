// The small site in Fastify with @fastify/session. `secure: false`, since over plain http it gives no cookie otherwise.
const { PORT, SECRET } = process.env;
const app = require("fastify")();
app.register(require("@fastify/cookie"));
app.register(require("@fastify/session"), { secret: SECRET, cookie: { secure: false } });
app.register(require("@fastify/formbody"));
const form = '<form method=post action="/sign-in"><input name=username><input type="password" name=password><button>Sign in</button></form>';
const html = (reply, text) => reply.type("text/html").send(text);

app.get("/", async (request, reply) => {
    const visits = request.session.get("visits") ?? 0;
    request.session.set("visits", visits + 1);
    return html(reply, `<body><p>Visits: ${visits} <a href="/sign-in">Sign in</a>`);
});
app.get("/sign-in", async (request, reply) => html(reply, form));
app.post("/sign-in", async (request, reply) => {
    const name = request.body.username;
    if (!["ann", "ben"].includes(name) || request.body.password !== `${name} reads`) return html(reply.code(422), form);
    await request.session.regenerate();
    request.session.set("user", name);
    return reply.redirect("/private", 303);
});
app.post("/sign-out", async (request, reply) => {
    await request.session.destroy();
    return reply.redirect("/", 303);
});
app.get("/private", async (request, reply) => {
    if (!request.session.get("user")) return reply.redirect("/sign-in", 303);
    return html(reply, '<p>Private.<form method=post action="/sign-out"><button>Sign out</button></form>');
});
app.listen({ port: Number(PORT), host: "127.0.0.1" });
