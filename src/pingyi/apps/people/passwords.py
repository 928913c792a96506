"""How passwords that are handed over on paper are kept, and that they don't stay."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class HandedPasswordHasher(PBKDF2PasswordHasher):
    """For random passwords of 79 bits only: guessing them is hopeless whatever the hash costs,
    so a file of accounts needn't wait seconds for each. Signing in rehashes by the slow one."""

    algorithm = "pbkdf2_handed"
    iterations = 1_000


class OtherThanBefore:
    """A new password isn't the one that was handed over, nor the one before."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if user is not None and user.password and check_password(password, user.password):
            raise ValidationError(_("新密码不能与原密码相同。"), code="password_same")

    def get_help_text(self) -> str:
        return _("新密码不能与原密码相同。")
