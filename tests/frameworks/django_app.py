"""Django's own admin, as it comes, and behind a TLS proxy as its deployment checklist asks; REST framework with
simplejwt's views; and OAuth Toolkit, which ends a family of refresh tokens when one of them comes twice. `python django_app.py VARIANT PORT`; the database is written to the working folder."""

import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import path

from serving import serve

variant, port = sys.argv[1], int(sys.argv[2])

MORE = {
    "admin": {},
    "hardened": {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_AGE": None,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    },
    # simplejwt's default: a refresh token stays good for its whole life, however often it is used.
    "jwt": {},
    "jwt-rotating": {"SIMPLE_JWT": {"ROTATE_REFRESH_TOKENS": True}},
    "jwt-blacklist": {"SIMPLE_JWT": {"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True}},
    "oauth": {"OAUTH2_PROVIDER": {"REFRESH_TOKEN_REUSE_PROTECTION": True}},
}[variant]

is_api = variant.startswith("jwt") or variant == "oauth"
API = ["rest_framework", "rest_framework_simplejwt", "rest_framework_simplejwt.token_blacklist", "oauth2_provider"]
if not is_api:
    API = []


class NoMigrations(dict):
    def __missing__(self, _):
        return None

    def __contains__(self, _):
        return True


settings.configure(
    SECRET_KEY="for tests on loopback only: 3f1b8a5c9d7e2f4061728394a5b6c7d8",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "database.sqlite3"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        *API,
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    # Tables as the models are now, without the steps that once led there.
    MIGRATION_MODULES=NoMigrations(),
    # The work factor of production would only make the tests slow.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    LOGGING_CONFIG=None,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "oauth2_provider.contrib.rest_framework.OAuth2Authentication"
            if variant == "oauth"
            else "rest_framework_simplejwt.authentication.JWTAuthentication"
        ],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    **MORE,
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402

def api():
    """The paths of the API: tokens of simplejwt at api/, of OAuth Toolkit at oauth/."""
    from oauth2_provider.views import RevokeTokenView, TokenView
    from rest_framework.decorators import api_view, permission_classes
    from rest_framework.permissions import IsAuthenticated
    from rest_framework.response import Response
    from rest_framework_simplejwt.views import TokenBlacklistView, TokenObtainPairView, TokenRefreshView

    @api_view(["GET"])
    @permission_classes([IsAuthenticated])
    def me(request):
        return Response({"user": request.user.username})

    return [
        path("api/me", me),
        path("api/token", TokenObtainPairView.as_view()),
        path("api/refresh", TokenRefreshView.as_view()),
        path("api/logout", TokenBlacklistView.as_view()),
        path("oauth/token", TokenView.as_view()),
        path("oauth/revoke", RevokeTokenView.as_view()),
    ]


urlpatterns = [path("admin/", admin.site.urls), *(api() if is_api else [])]

call_command("migrate", run_syncdb=True, verbosity=0)
User.objects.create_superuser("alice", "alice@example.test", "correct horse")
if variant == "oauth":
    from oauth2_provider.models import Application

    # The password grant is long out of favour (RFC 9700 §2.4); it is here because no browser is.
    Application.objects.create(client_id="app", client_type="public", authorization_grant_type="password")
serve(get_wsgi_application(), port)
