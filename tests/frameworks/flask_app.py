"""Flask with Flask-Login and `remember=True`, both with their defaults: the session is signed and kept by the browser.
`python flask_app.py PORT`"""

import sys

from flask import Flask, redirect, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user

from serving import serve

app = Flask(__name__)
app.secret_key = "for tests on loopback only: 81f0c3a2b7d94e56"
manager = LoginManager(app)
manager.login_view = "login"


class User(UserMixin):
    id = "alice"


@manager.user_loader
def load(name):
    return User() if name == User.id else None


@app.get("/")
def home():
    return "<p>Everybody may read this. <a href='/account'>Account</a>"


@app.get("/login")
def login():
    return "<form method=post><input name=username><input name=password type=password><input name=remember type=checkbox><button>Log in</button></form>"


@app.post("/login")
def log_in():
    form = request.form
    if (form.get("username"), form.get("password")) != ("alice", "correct horse"):
        return "Wrong name or password", 401
    login_user(User(), remember="remember" in form)
    return redirect("/account")


@app.get("/account")
@login_required
def account():
    return f"<p>Account of {current_user.id}. <form method=post action=/logout><button>Log out</button></form>"


@app.post("/logout")
def log_out():
    logout_user()
    return redirect("/")


serve(app, int(sys.argv[1]))
