"""Starlette with its SessionMiddleware, which signs the session and lets the browser keep it.
`python starlette_app.py PORT`"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route


async def home(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HTMLResponse("<p>Everybody may read this.")


async def login(request):
    if request.method == "GET":
        return HTMLResponse("<form method=post><input name=username><input name=password type=password></form>")
    form = await request.form()
    if (form.get("username"), form.get("password")) != ("alice", "correct horse"):
        return HTMLResponse("Wrong name or password", 401)
    # What belongs on the server: everybody who gets hold of the cookie can read it.
    request.session.update(user="alice", email="alice@example.test")
    return RedirectResponse("/account", 303)


async def account(request):
    user = request.session.get("user")
    return HTMLResponse(f"<p>Account of {user}") if user else RedirectResponse("/login", 303)


async def logout(request):
    request.session.clear()
    return RedirectResponse("/", 303)


app = Starlette(
    routes=[
        Route("/", home),
        Route("/login", login, methods=["GET", "POST"]),
        Route("/account", account),
        Route("/logout", logout, methods=["POST"]),
    ],
    middleware=[Middleware(SessionMiddleware, secret_key="for tests on loopback only: 5a0d2e91c4b7f836")],
)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
