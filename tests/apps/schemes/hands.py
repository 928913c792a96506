"""Who does it, and what with: accounts, drafts and sealed versions for the tests of schemes."""

from pingyi.apps.people.enums import UNIT_ROLES, Role
from pingyi.apps.people.models import Account, Grant, Unit
from pingyi.apps.schemes import actions, drafts
from pingyi.apps.schemes.models import SchemeVersion

PASSWORD = "a long password 云州"


def _unit_of(role: Role) -> Unit | None:
    """Some roles are of a unit."""
    return unit() if role in UNIT_ROLES else None


def unit() -> Unit:
    found = Unit.objects.filter(code="001").first()
    return found or Unit.objects.add_root(
        instance=Unit(code="001", title="云州市水利局", kind="municipal_department")
    )


def account(role: Role | None, username: str = "", unit: Unit | None = None) -> Account:
    name = username or (role.value if role else "nobody")
    found = Account.objects.filter(username=name).first()
    if found is None:
        found = Account(username=name, name=name)
        found.set_unusable_password()
        found.save()
        if role is not None:
            Grant.objects.create(account=found, role=role, unit=unit or _unit_of(role))
    return found


def organiser() -> Account:
    return account(Role.ORGANISER)


def draft(pack: str = "jiaozuo-team-review", preset: str = "") -> SchemeVersion:
    return actions.create_draft(by=organiser(), pack=pack, preset=preset)


def give_all_reasons(version: SchemeVersion) -> SchemeVersion:
    by = organiser()
    for harm in drafts.harms_of(version):
        version = actions.give_reason(
            by=by,
            version=version,
            mark=harm.mark,
            reason="市委常委会研究同意",
            basis="云办〔2026〕8号",
        )
    return version


def sealed(pack: str = "jiaozuo-team-review", preset: str = "") -> SchemeVersion:
    return seal(draft(pack, preset))


def seal(version: SchemeVersion) -> SchemeVersion:
    """Seal a draft with whatever it still lacks."""
    by, version = organiser(), give_all_reasons(version)
    for name, value in (("basis_document", "云办〔2026〕8号"), ("filing_number", "备〔2026〕3号")):
        version = actions.set_fact(by=by, version=version, name=name, value=value)
    return actions.seal(by=by, version=version, confirmed=True)
