"""Django's own admin, as it comes, and behind a TLS proxy as its deployment checklist asks; and REST framework
with simplejwt's views. `python django_app.py VARIANT PORT`; the database is written to the working folder."""

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
}[variant]

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
        "rest_framework",
        "rest_framework_simplejwt",
        "rest_framework_simplejwt.token_blacklist",
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
    # The work factor of production would only make the tests slow.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    LOGGING_CONFIG=None,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    **MORE,
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from rest_framework.decorators import api_view, permission_classes  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework_simplejwt.views import (  # noqa: E402
    TokenBlacklistView,
    TokenObtainPairView,
    TokenRefreshView,
)


@api_view(["GET"])
@permission_classes([IsAuthenticated])
def me(request):
    return Response({"user": request.user.username})


urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/me", me),
    path("api/token", TokenObtainPairView.as_view()),
    path("api/refresh", TokenRefreshView.as_view()),
    path("api/logout", TokenBlacklistView.as_view()),
]

call_command("migrate", verbosity=0)
User.objects.filter(username="alice").exists() or User.objects.create_superuser("alice", "alice@example.test", "correct horse")
serve(get_wsgi_application(), port)
