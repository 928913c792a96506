"""What the verbs of the audit log are called. Rooms above tell theirs to ``base.stories``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pingyi.base.stories import words_of

_TITLES: dict[str, object] = {
    "people.unit.created": _("新增单位"),
    "people.unit.updated": _("修改单位"),
    "people.unit.title_corrected": _("更正单位名称"),
    "people.unit.founded": _("成立单位"),
    "people.unit.renamed": _("单位更名"),
    "people.unit.moved": _("调整单位隶属"),
    "people.unit.merged": _("单位并入"),
    "people.unit.split": _("单位分设"),
    "people.unit.abolished": _("撤销单位"),
    "people.person.created": _("新增人员"),
    "people.person.updated": _("修改人员"),
    "people.tenure.begun": _("登记任职"),
    "people.tenure.ended": _("登记免职"),
    "people.charge.begun": _("登记分工"),
    "people.charge.ended": _("结束分工"),
    "people.account.created": _("新增账号"),
    "people.account.bootstrapped": _("命令行建立管理员"),
    "people.account.updated": _("修改账号"),
    "people.account.switched_off": _("停用账号"),
    "people.account.switched_on": _("启用账号"),
    "people.account.password_reset": _("重置密码"),
    "people.account.password_changed": _("本人修改密码"),
    "people.account.unlocked": _("解除锁定"),
    "people.account.factor_reset": _("重置两步验证"),
    "people.account.factor_added": _("设置两步验证"),
    "people.account.factor_removed": _("停用两步验证"),
    "people.grant.made": _("授予角色"),
    "people.grant.revoked": _("收回角色"),
    "people.session.begun": _("登录"),
    "people.session.ended": _("退出"),
    "people.session.failed": _("登录失败"),
    "people.units.imported": _("导入单位"),
    "people.posts.imported": _("导入人员任职"),
    "people.charges.imported": _("导入领导分工"),
    "people.accounts.imported": _("导入账号"),
    "people.units.rows_imported": _("导入单位明细"),
    "people.posts.rows_imported": _("导入人员任职明细"),
    "people.charges.rows_imported": _("导入领导分工明细"),
    "people.accounts.rows_imported": _("导入账号明细"),
    "people.demo.made": _("建立演示数据"),
}


def title_of(verb: str) -> str:
    """The title of a verb, or the verb itself where nobody named it."""
    return str(_TITLES[verb]) if verb in _TITLES else words_of(verb)[0]
