// Express with express-session. `node express_app.mjs PACKAGES VARIANT PORT`, where PACKAGES is a node_modules folder:
//   good   a new id at login, the session destroyed at logout, and the cookie deleted as it was set
//   bad    an id for everybody, kept through login, readable by scripts; logout only asks the browser to forget it
//   stuck  as good, but logout deletes the cookie under another path, which deletes nothing
import { createRequire } from "node:module";

const [packages, variant, port] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const express = require("express");
const session = require("express-session");
const bad = variant === "bad";

const app = express();
app.use(express.urlencoded({ extended: false }));
app.use(
  session({
    name: bad ? undefined : "sid",
    secret: "for tests on loopback only: c7e1a09b5d3f8246",
    resave: false,
    saveUninitialized: bad,
    cookie: bad ? { httpOnly: false } : { sameSite: "lax" },
  }),
);

app.get("/", (request, response) => {
  // What is no session, although it is there before and after login.
  response.cookie("lang", "en", { sameSite: "lax" });
  response.send("<p>Everybody may read this.");
});

app.get("/login", (request, response) => {
  response.send("<form method=post><input name=username><input name=password type=password></form>");
});

app.post("/login", (request, response, next) => {
  if (request.body.username !== "alice" || request.body.password !== "correct horse") {
    return response.status(401).send("Wrong name or password");
  }
  const enter = (error) => {
    if (error) return next(error);
    request.session.user = "alice";
    request.session.save((error) => (error ? next(error) : response.redirect(303, "/account")));
  };
  if (bad) enter();
  else request.session.regenerate(enter);
});

app.get("/account", (request, response) => {
  if (!request.session.user) return response.redirect(303, "/login");
  // Pages of the same user differ all the time.
  response.set("Cache-Control", bad ? "public, max-age=60" : "no-store");
  response.send(`<p>Account of ${request.session.user}<!-- ${crypto.randomUUID()} ${Date.now()} -->`);
});

const leave = (request, response, next) => {
  const away = () => response.redirect(303, "/");
  if (bad) {
    response.clearCookie("connect.sid");
    return away();
  }
  request.session.destroy((error) => {
    if (error) return next(error);
    response.clearCookie("sid", { path: variant === "stuck" ? "/account" : "/", sameSite: "lax" });
    away();
  });
};
if (bad) app.get("/logout", leave);
else app.post("/logout", leave);

app.listen(Number(port), "127.0.0.1");
