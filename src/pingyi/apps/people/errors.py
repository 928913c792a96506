"""What each constraint of the database means in words: the problem, and the mend."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CONSTRAINTS: dict[str, tuple[object, object]] = {
    "unit_code": (_("这个单位编码已经有了。"), _("请换一个编码，或打开已有的单位修改。")),
    "unit_path": (_("刚才有人同时增加了单位。"), _("请再提交一次。")),
    "unit_code_given": (_("缺少单位编码。"), _("请填写编码。")),
    "unit_title_given": (_("缺少单位名称。"), _("请填写名称。")),
    "unit_abolished_after_founded": (_("撤销日期早于成立日期。"), _("请核对两个日期。")),
    "unit_change_grounded": (_("缺少依据文件或事由。"), _("两项都要填写。")),
    "unit_change_renames": (_("新名称与原名称相同。"), _("请核对名称。")),
    "succession_once": (_("这一承继关系已经登记。"), _("不需要再登记。")),
    "succession_of_another": (_("单位不能承继自己。"), _("请选择另一个单位。")),
    "person_code": (_("这个人员编号已经有了。"), _("请换一个编号，或打开已有的人员修改。")),
    "person_code_given": (_("缺少人员编号。"), _("请填写编号。")),
    "person_name_given": (_("缺少姓名。"), _("请填写姓名。")),
    "post_once": (_("该单位已有这个职务。"), _("请直接登记任职。")),
    "post_title_given": (_("缺少职务名称。"), _("请填写职务。")),
    "tenure_open_once": (_("此人正担任这个职务。"), _("不需要再登记；离任请填免职日期。")),
    "tenure_ends_after_begin": (_("免职日期早于任职日期。"), _("请核对两个日期。")),
    "charge_open_once": (_("这项分工已经登记。"), _("不需要再登记；调整请先结束原分工。")),
    "charge_ends_after_begin": (_("截止日期早于起始日期。"), _("请核对两个日期。")),
    "account_username": (_("这个账号名已经有了。"), _("请换一个账号名。")),
    "account_person": (_("此人已有账号。"), _("一人一个账号；请打开原账号办理。")),
    "grant_once": (_("该账号已有这个单位的这个角色。"), _("不需要再授权。")),
    "grant_once_for_all": (_("该账号已有这个角色。"), _("不需要再授权。")),
    "grant_of_one_sphere": (
        _(
            "三员分立：系统、安全、审计三类管理员与业务角色互不兼任，已有其中一类的账号不能再授另一类。"
        ),
        _("请为其另设账号。"),
    ),
    "grant_not_to_oneself": (_("不能给自己授权。"), _("请由另一位安全管理员办理。")),
    "grant_admin_for_all": (_("管理员角色不分单位。"), _("请不要选择单位。")),
    "grant_needs_unit": (_("经办人、单位主要负责人须指明单位。"), _("请选择单位。")),
    "grant_ends_after_begin": (_("截止日期早于起始日期。"), _("请核对两个日期。")),
}
