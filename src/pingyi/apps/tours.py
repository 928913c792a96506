"""Guided tours of the demo city: for each account, pages in order with a sentence on each.

What they stop at stands in ``tour_things``.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pingyi.apps.tour_things import THINGS, code_of_a_slip


@dataclass(frozen=True)
class Stop:
    """One page: the name of its address, what it is about (of ``THINGS``), what to do there."""

    page: str
    thing: str
    text: object

    @property
    def address(self) -> str:
        """Path, and behind ``#`` the code of a slip where the page takes one."""
        address = reverse(self.page, args=THINGS[self.thing]() if self.thing else ())
        return f"{address}#{code_of_a_slip()}" if self.page == "voter:vote" else address


@dataclass(frozen=True)
class Tour:
    """``account``: whose password opens the stops; nobody's for the public."""

    key: str
    title: object
    account: str
    stops: tuple[Stop, ...]


TOURS = (
    Tour(
        "organiser",
        _("组织者：从方案到公布"),
        "organiser",
        (
            Stop("desk", "", _("工作台先列待办：每个轮次、每次投票的下一步都在这里，点开就能办。")),
            Stop(
                "schemes:parameters",
                "draft",
                _("方案是带依据的数据。改一个权重，看合计怎样变；标“系统默认值”的要由本单位定。"),
            ),
            Stop(
                "rounds:round",
                "third",
                _("一个轮次从通知到归档的步骤、投票、会议和办理经过都在这一页。"),
            ),
            Stop(
                "rounds:reports",
                "third",
                _("看哪些单位交了述职报告：没交的催交；打开水利局的一份，可以退回修改。"),
            ),
            Stop("polls:poll", "third_poll", _("看一次投票的步骤：编票册、打印、导入密钥、开箱。")),
            Stop(
                "rounds:console",
                "meeting",
                _("会场控制台：三位已评完，第四位正在投票；这里看得到计时、投票人数和领导的点评。"),
            ),
            Stop(
                "scores:result", "second", _("得分和排名：点任一单位的“为什么？”，一直展开到票数。")
            ),
            Stop(
                "scores:result",
                "first",
                _("担当保护：环保局的现场测评经认定不计，名次因此变动的单位都列出两个结果。"),
            ),
            Stop(
                "scores:objections", "second", _("公示期内的异议：一项已答复，一项等核对人处理。")
            ),
            Stop(
                "ledger:from_round",
                "third",
                _("领导点评的问题已经转入台账，两条群众意见还没有：勾选，定期限，转入。"),
            ),
            Stop(
                "ledger:index",
                "",
                _("台账：六百来项问题和意见，各有单位和期限。试着筛选、导出，或打开一项看经过。"),
            ),
            Stop(
                "ledger:statistics", "", _("各单位的销号率和按期率；同一筛选也能看成看板和时间轴。")
            ),
            Stop(
                "ledger:import_choose",
                "",
                _("已有的 Excel 台账从这里导入：模板、逐行核对、标出错处，再提交。"),
            ),
        ),
    ),
    Tour(
        "checker",
        _("核对人：另一双眼睛"),
        "checker",
        (
            Stop("desk", "", _("待核对的结果和待处理的异议都在待办里。")),
            Stop("rolls:signature", "third_poll", _("投票码印制前由核对人签认数目和摘要。")),
            Stop("ballots:zero", "third_poll", _("零票报告：投票前箱子是空的，由核对人见证。")),
            Stop(
                "ballots:reconciliation",
                "second_poll",
                _("对账：发出、收回、有效、无效逐项相符才能公布。"),
            ),
            Stop(
                "scores:version",
                "towns_result",
                _("这个结果等您核对：系统当场复算；计算人自己不能核对。试着核对或退回。"),
            ),
            Stop("scores:rule", "objection", _("一个单位对自己的结果提了异议，请作出处理并答复。")),
            Stop(
                "ledger:act",
                "verify",
                _("水利局申请销号：验收合格才能销号，责任单位自己不能验收。试着验收或退回。"),
            ),
        ),
    ),
    Tour(
        "chair",
        _("主持人：开好一场述职评议会"),
        "chair",
        (
            Stop("rounds:meeting", "meeting", _("会议的议程和各人进展。")),
            Stop(
                "rounds:console",
                "meeting",
                _("主持用的控制台：下一步只有一个按钮。试着锁定当前这一位的投票，请下一位述职。"),
            ),
            Stop(
                "rounds:wall", "wall", _("会场大屏：另开一个窗口放着，控制台每走一步它都跟着变。")
            ),
            Stop(
                "rounds:remarks", "turn", _("点评分肯定、问题和希望三段；问题粘贴进来会自动编号。")
            ),
            Stop("rounds:opinions", "third", _("群众意见先审后转：选一条转到大屏上。")),
            Stop("scores:screen", "third", _("结果何时上大屏由主持人决定；没有核对的结果上不去。")),
        ),
    ),
    Tour(
        "leader",
        _("分管领导：看所分管的单位"),
        "leader",
        (
            Stop("desk", "", _("会前和会上要写的点评在待办里，手机上也能写。")),
            Stop(
                "rounds:own_comment",
                "own_turn",
                _("给还没述职的质监局写点评：手机上写，会议结束前可以改；控制台随即看到。"),
            ),
            Stop("rounds:round", "third", _("只列您分管的单位；通知和附件在这里看。")),
            Stop("rounds:reports", "third", _("会前看所分管单位的述职报告。")),
            Stop(
                "rounds:all_remarks", "third", _("本轮次对所分管单位的点评和现场提问，可以打印。")
            ),
            Stop("scores:told", "second", _("公布给您的结果：所分管的单位得了多少分、为什么。")),
            Stop("people:unit", "team", _("单位的沿革、主要负责人和分管关系。")),
        ),
    ),
    Tour(
        "handler",
        _("单位经办人：述职、看分、提异议"),
        "handler",
        (
            Stop("desk", "", _("通知、退回、公布、答复都会送到工作台。")),
            Stop("rounds:round", "third", _("本单位参加的轮次：通知全文、述职次序、各步进展。")),
            Stop(
                "rounds:report", "report", _("本单位的述职报告已提交；提交后要改，须请组织者退回。")
            ),
            Stop("rounds:all_remarks", "third", _("会上对本单位的点评和提问。")),
            Stop("scores:told", "second", _("公布的结果，连同本单位提出的异议和答复。")),
            Stop("scores:why", "own_score", _("本单位的分是怎样来的：逐层展开，可打印成一页。")),
            Stop("scores:object", "own_result", _("公示期内可以这样提异议。")),
            Stop("ledger:index", "", _("本单位的台账：先认领，再定措施，按节点填报进展。")),
            Stop(
                "ledger:entry",
                "asked",
                _("一项整改的措施、节点和进展；延期要在到期之前申请，这一项正等审批。"),
            ),
        ),
    ),
    Tour(
        "head",
        _("单位主要负责人：一分钟看本单位"),
        "head",
        (
            Stop("desk", "", _("与本单位有关的新消息。")),
            Stop("scores:told", "second", _("本单位的得分、位次和等次。")),
            Stop("scores:why", "own_score", _("展开看哪一项失了分。")),
            Stop("rounds:all_remarks", "third", _("领导点评指出的问题，逐条列着。")),
            Stop("rounds:report", "report", _("本单位交了怎样的述职报告。")),
            Stop("people:unit", "unit", _("本单位的沿革、班子和分管领导。")),
        ),
    ),
    Tour(
        "delegate",
        _("评议代表：凭票单投票"),
        "",
        (
            Stop("rounds:read", "third_guests", _("投票前先看述职报告。把窗口缩到手机宽窄试试。")),
            Stop("voter:entry", "", _("票单上有二维码，也可以在这里输入投票码。")),
            Stop(
                "voter:vote",
                "third_poll",
                _("这里代您填好了一张演示票的投票码：读说明，打分，投出，得到回执。一码只用一次。"),
            ),
            Stop(
                "voter:check", "third_poll", _("开箱以后凭回执查自己的票在不在里面，查不出投了谁。")
            ),
            Stop("voter:stored", "third_poll", _("系统到底存了什么：看原样的字节。")),
        ),
    ),
    Tour(
        "public",
        _("公众：不登录能看什么、能做什么"),
        "",
        (
            Stop("home", "", _("正在进行的投票和公布的结果，人人可看。")),
            Stop(
                "voter:open", "third_poll", _("开放投票：不用投票码，不登记姓名，一台设备投一次。")
            ),
            Stop("rounds:say", "third_guests", _("提意见和建议：与投票分开，不留来处。")),
            Stop("boards:results", "", _("历次公布的结果。")),
            Stop(
                "boards:result",
                "publication",
                _("公示的一份结果：等次、得分、公示到哪一天、怎样联系。"),
            ),
        ),
    ),
    Tour(
        "system",
        _("系统管理员：账号和单位"),
        "system",
        (
            Stop("people:accounts", "", _("系统管理员只管账号的有无，不管权限，也看不到票和分。")),
            Stop("people:account_new", "", _("建一个账号：先没有任何角色，由安全管理员授予。")),
            Stop("people:account", "handler", _("停用账号、重置密码都在这一页，并记入审计。")),
            Stop("people:import_upload", "accounts", _("用表格成批导入账号：先预览，再提交。")),
            Stop("calendar:year", "year", _("工作日历：公示期按它计算，可改可导入。")),
        ),
    ),
    Tour(
        "security",
        _("安全管理员：授权"),
        "security",
        (
            Stop("people:accounts", "", _("安全管理员授予角色，但不能建账号。")),
            Stop("people:account", "handler", _("看一个账号有哪些角色、管到哪些单位。")),
            Stop("people:grant_new", "handler", _("授予角色：限定单位和起止日期。")),
            Stop("people:account_factor", "handler", _("要求某个账号登录时两步验证。")),
            Stop("people:units", "", _("单位目录：角色授到哪里，就管到哪里以下。")),
        ),
    ),
    Tour(
        "audit",
        _("审计管理员：谁在何时做了什么"),
        "audit",
        (
            Stop("people:audit", "", _("每一步操作都在这里，谁也删不掉；试着核验全部记录。")),
            Stop(
                "people:audit_entry", "first_entry", _("每条记录与前一条相扣，改一个字就查得出来。")
            ),
            Stop("calendar:year", "year", _("工作日历也看得到，但不能改。")),
            Stop("notices:wishes", "", _("何时收邮件，各人自己定。")),
            Stop("people:me", "", _("自己的账号：审计管理员没有任何业务角色。")),
        ),
    ),
    Tour(
        "inspector",
        _("督查人员：盯住每一项"),
        "inspector",
        (
            Stop("desk", "", _("等您办的台账事项：审批、验收、回头看、改派，点开就办。")),
            Stop("ledger:board", "", _("看板：每一步各有多少项，最急的排在前面。")),
            Stop("ledger:entry", "late", _("一项挂牌督办的事项：亮什么灯、为什么、谁做了什么。")),
            Stop("ledger:urge_sheet", "urge", _("催办单随时可以打印送达。")),
            Stop(
                "ledger:act", "extension", _("单位在到期前申请延期：同意或不同意，都要写明意见。")
            ),
            Stop("ledger:timeline", "", _("时间轴：哪些已逾期，哪些本周、下周到期。")),
            Stop("people:unit", "unit", _("一个单位的沿革、班子和分管领导。")),
        ),
    ),
    Tour(
        "agency",
        _("第三方机构：目前能做的"),
        "agency",
        (
            Stop("desk", "", _("机构报送评分的功能还没有做好；现在由组织者按表格录入。")),
            Stop("notices:index", "", _("发给机构的消息。")),
            Stop("notices:wishes", "", _("消息怎样发到邮箱，夜里和节假日发不发。")),
            Stop("calendar:year", "year", _("工作日历，安排调查时用。")),
            Stop("people:me", "", _("自己的账号和角色。")),
        ),
    ),
    Tour(
        "county",
        _("县级组织者：管本县的单位和人员"),
        "county",
        (
            Stop("desk", "", _("县里的组织者只看得到本县。")),
            Stop("people:unit", "county", _("清河县和它的乡镇；更名、合并、撤销都留沿革。")),
            Stop("people:unit_tree", "", _("本县的层级。")),
            Stop("people:import_upload", "units", _("成批导入单位：模板、预览、逐行报错。")),
            Stop("schemes:version", "sealed", _("市里封定的方案可以看、可以照搬。")),
            Stop(
                "rounds:round",
                "next_towns",
                _("本县乡镇的述职评议由市级组织者办；县里看得到通知、报告、点评和公布的结果。"),
            ),
        ),
    ),
    Tour(
        "town",
        _("乡镇经办人：双向述职的一个乡镇"),
        "town",
        (
            Stop("desk", "", _("柳林镇收到的通知和公布；下半年的双向述职已经通知。")),
            Stop("rounds:round", "next_towns", _("下半年双向述职的通知：先向下、后向上。")),
            Stop(
                "rounds:report",
                "town_report",
                _("写本镇的述职报告，存着慢慢改；提交后退回才能改。"),
            ),
            Stop("scores:told", "last_towns", _("2025年下半年的结果：只公布等次，公示期已过。")),
            Stop("rounds:round", "villages", _("本镇各村的双向述职：村一级另是一轮。")),
            Stop("scores:told", "villages", _("各村的等次。")),
        ),
    ),
    Tour(
        "sponsor",
        _("包乡县领导：所联系的乡镇"),
        "sponsor",
        (
            Stop("desk", "", _("所联系乡镇的新消息。")),
            Stop("rounds:index", "", _("只列与所联系乡镇有关的轮次。")),
            Stop("rounds:round", "next_towns", _("下半年双向述职的通知和次序。")),
            Stop("scores:told", "last_towns", _("2025年下半年公布的等次，公示期已过。")),
            Stop("people:unit", "town", _("联系的一个乡镇：书记、班子和各村。")),
        ),
    ),
    Tour(
        "secretary",
        _("市委书记：主持约谈"),
        "secretary",
        (
            Stop("desk", "", _("您主持的约谈。")),
            Stop("talks:talk", "next_talk", _("下一次约谈：时间、事由、通知书。")),
            Stop("talks:previsit", "next_talk", _("会前摸底和题库，被约谈单位看不到。")),
        ),
    ),
)
