"""Django's settings. What an installation may choose stands in its environment (``PINGYI_…``)."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from pingyi.site.databases import find_database
from pingyi.site.home import find_home
from pingyi.site.mail import find_mail
from pingyi.site.sms import find_gateway

HOME = find_home()
PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = False
SECRET_KEY = HOME.secret("secret-key").hex()
ALLOWED_HOSTS = os.environ.get("PINGYI_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
TLS = os.environ.get("PINGYI_TLS", "") == "1"
"""Is the site reached by HTTPS? Formal polls need it, except on the machine itself."""
PROXY = os.environ.get("PINGYI_PROXY", "") == "1"
"""Does a proxy of one's own, which sets X-Forwarded-Proto, stand before the site?"""
DEMO = os.environ.get("PINGYI_DEMO", "") == "1"
"""Pages of a demo installation say so."""
WORK_BITS = min(40, max(0, int(os.environ.get("PINGYI_WORK_BITS", "17"))))
"""Work of a device in an open vote: 2 to this power hashes, one to two seconds on a phone."""

AUTHORITY = os.environ.get("PINGYI_AUTHORITY", "云州市述职评议办公室" if DEMO else "")
"""Whose installation this is: stands in the header, and as 制表单位 on what is printed."""

INSTALLED_APPS = [
    "pingyi.site",
    "pingyi.base",
    "pingyi.apps.people",
    "pingyi.apps.calendar",
    "pingyi.apps.documents",
    "pingyi.apps.notices",
    "pingyi.apps.schemes",
    "pingyi.apps.polls",
    "pingyi.apps.rolls",
    "pingyi.apps.ballots",
    "pingyi.apps.rounds",
    "pingyi.apps.scores",
    "pingyi.apps.ledger",
    "pingyi.apps.pledges",
    "pingyi.apps.inspections",
    "pingyi.apps.talks",
    "pingyi.apps.boards",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_filters",
    "treebeard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pingyi.base.middleware.HouseErrors",
    "pingyi.apps.people.middleware.OnePage",
    "pingyi.apps.people.middleware.IdleSession",
    "pingyi.apps.people.middleware.SignInDuties",
    "axes.middleware.AxesMiddleware",
    "pingyi.site.tours.KeepTour",
]

ROOT_URLCONF = "pingyi.site.urls"
WSGI_APPLICATION = "pingyi.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "pingyi.site.navigation.navigation",
            ],
            # Every template has the components, translations and addresses of files.
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "pingyi.base.templatetags.house",
            ],
        },
    },
]

DATABASES = {"default": find_database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Who signs in, and how.
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
] + [{"NAME": "pingyi.apps.people.passwords.OtherThanBefore"}]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "pingyi.apps.people.passwords.HandedPasswordHasher",
]
SECOND_FACTOR_ROLES = (
    []
    if os.environ.get("PINGYI_SECOND_FACTOR", "0" if DEMO else "1") == "0"
    else ["system_admin", "security_admin", "audit_admin", "organiser", "checker"]
)
"""Who must sign in with a second factor. A demo does without."""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "pingyi.apps.people.adapter.HouseAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
# Axes counts the failures of an account, and an administrator can unlock it; allauth only bounds
# what one machine may try.
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_TOTP_ISSUER = AUTHORITY or "Pingyi"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds
MFA_FORMS = {
    "authenticate": "pingyi.apps.people.forms.second_factor.Authenticate",
    "reauthenticate": "pingyi.apps.people.forms.second_factor.Reauthenticate",
}
# Wrong passwords: five from one machine pause that account there.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "pingyi.site.throttling.name_of"
AXES_LOCKOUT_CALLABLE = "pingyi.base.pages.locked_out"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE_SECONDS = int(os.environ.get("PINGYI_IDLE_MINUTES", "30")) * 60
"""Who does nothing for so long is signed out."""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
CSRF_FAILURE_VIEW = "pingyi.base.pages.expired"

# Notices by e-mail, where the authority has a mail server.
MAIL_ON = bool(os.environ.get("PINGYI_MAIL"))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_ON else 'dummy'}.EmailBackend"
_MAIL = find_mail(os.environ.get("PINGYI_MAIL", ""))
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.ssl, _MAIL.starttls
EMAIL_TIMEOUT = 20
SMS = find_gateway(os.environ.get("PINGYI_SMS", ""))
DEFAULT_FROM_EMAIL = os.environ.get("PINGYI_MAIL_FROM", "") or _MAIL.user or "pingyi@localhost"
SITE_ADDRESS = os.environ.get("PINGYI_ADDRESS", "")
"""Where the site is reached, as mails name it (``https://pingyi.example.gov.cn/``)."""

# Chinese is the source language.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("zh-hant", _("繁体中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
TIME_ZONE = os.environ.get("PINGYI_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "site" / "assets"]
# Files are served from where they lie: no step of collecting before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = HOME.uploads
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = HOME.incoming
UPLOAD_BYTES = int(os.environ.get("PINGYI_UPLOAD_MB", "50")) * 1_000_000
FILM_BYTES = int(os.environ.get("PINGYI_FILM_MB", "500")) * 1_000_000
"""How large an attached file, and an attached film, may be."""
UPLOAD_SPARE = int(os.environ.get("PINGYI_SPARE_MB", "1000")) * 1_000_000
"""So much of the disk is kept free of uploads, for votes and the database."""
# A table of a thousand targets has some thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

if PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if TLS or PROXY:
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF],
        # Tabler draws arrows and ticks as data: pictures; allauth its QR code.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# Logs name no voter: the intake writes none, and no address of a client is kept.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
