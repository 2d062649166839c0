// Step 5's home page in Express, for the load comparison: `node site.js DATABASE PAGE PORT`, two workers.
// PAGE is step 5's home page with {...} in place of each number.

const cluster = require("node:cluster");
const fs = require("node:fs");
const Database = require("better-sqlite3");
const express = require("express");
const session = require("express-session");
const SqliteStore = require("better-sqlite3-session-store")(session);

const [database, pageFile, port] = process.argv.slice(2);

if (cluster.isPrimary) {
    for (let worker = 0; worker < 2; worker += 1) cluster.fork();
    process.on("SIGTERM", () => process.exit());
    return;
}

const client = new Database(database, { timeout: 2000 });
client.pragma("journal_mode = wal");
client.pragma("synchronous = normal");
client.pragma("cache_size = -65536");
client.pragma("wal_autocheckpoint = 40000");
const page = fs.readFileSync(pageFile, "utf8");
const counts = client
    .prepare(
        `select (select count(*) from book), (select count(*) from copy),
         (select count(*) from copy where status = 'available'), (select count(*) from author)`,
    )
    .raw();

const app = express();
app.use(
    session({
        name: "express",
        secret: "only for the load comparison",
        store: new SqliteStore({ client }),
        resave: false,
        saveUninitialized: false,
        cookie: { sameSite: "lax" },
    }),
);
app.get("/", (request, response) => {
    const visits = request.session.num_visits ?? 0;
    request.session.num_visits = visits + 1;
    let html = page;
    for (const number of [...counts.get(), visits]) html = html.replace("{...}", number);
    response.send(html);
});
app.listen(Number(port), "127.0.0.1");
