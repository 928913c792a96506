"""How passwords that are handed over on paper are kept until they are changed."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class HandedPasswordHasher(PBKDF2PasswordHasher):
    """For random passwords of 79 bits only: guessing them is hopeless whatever the hash costs,
    so a file of accounts needn't wait seconds for each. Signing in rehashes by the slow one."""

    algorithm = "pbkdf2_handed"
    iterations = 1_000
