# ruff: noqa: E501 - tables of words
"""Names of people: an import drops them, since a guide needs the office and its number, not who answers."""

from __future__ import annotations

import re

_HEADING = re.compile(
    "联系人|经办人|承办人|负责人|咨询人|办理人姓名|人员姓名|工作人员|窗口人员|责任人|首席代表|^姓名$|填表人|审核人姓名|录入人"
    "|contact person|handled by|person in charge|link_?man|contact_?(person|name)|operator|handler|charge_?man"
    "|leader|(create|update|modify)_?(r|user|by)|user_?name|staff",
    re.IGNORECASE,
)
_NO_STAFF = re.compile("法定代表人|申请人|电话|方式|phone|tel", re.IGNORECASE)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗"
    "凤花俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛禹狄"
    "米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊"
    "胡凌霍虞万支柯管卢莫房缪解应宗丁宣邓郁杭洪包诸左石崔吉龚程邢裴陆荣翁荀甄曲封储靳邴糜松井段富巫乌焦巴"
    "牧谷车侯宓蓬全班仰秋仲伊宫宁仇栾刘景詹龙叶幸司黎薄白蒲邰从赖卓蔺屠蒙池乔阳胥苍双闻党翟谭贡姬申扶堵冉"
    "宰郦雍桑桂濮牛寿边燕冀浦尚农温庄晏柴瞿阎连习艾容向古易慎戈廖终居衡步耿满匡文寇广欧沃利蔚越隆师巩聂冷"
    "简饶曾沙关查游权盖益桓"
)
_TITLES = "(?:局长|处长|科长|主任|股长|所长|书记|同志|先生|女士|老师|经理|工)"
_NAME = re.compile(rf"(?<![\u4e00-\u9fff])[{_SURNAMES}](?:[\u4e00-\u9fff]{{1,2}}|{_TITLES})(?![\u4e00-\u9fff])")
_OFFICE = re.compile(
    "[科室处局部中心厅口所站台组线办股队厂院校行司会馆店区县市镇乡村街路号楼层间内外转话机人员岗长]$|热线|窗口|咨询|受理|投诉|监督|电话|总机|值班|白天|工作|时间|办公|传真|手机|邮箱"
)
_NO_NAME = frozenset({
    "申请", "方便", "成功", "常规", "明确", "高级", "综合", "解决", "金额", "包括", "全部", "连同", "文件", "文书", "单位", "安排",
    "关于", "应当", "任何", "项目", "管理", "许可", "程序", "计划", "全程", "全年", "解释", "容缺", "安全", "封存", "封面", "江苏",
    "施工方", "建设方", "广东", "云南", "福建", "宁夏", "广州", "福州", "温州", "杭州", "成都", "石油", "水利", "农业", "文化", "司法", "石化", "万元",
})  # fmt: skip


def staff_heading(heading: str) -> bool:
    """Return whether a column holds names of staff, by its heading."""
    return bool(_HEADING.search(heading)) and not _NO_STAFF.search(heading)


def is_name(text: str) -> bool:
    """Return whether a whole text is most likely a person's name: surname and one or two characters, or a title."""
    bare = text.strip()
    return (
        bool(_NAME.fullmatch(bare))
        and (bare[-1] in "长任记志生士师理工" or not _OFFICE.search(bare))
        and (bare not in _NO_NAME)
    )


def without_names(text: str) -> str:
    """Return a text that names numbers, such as 张三 0591-87654321, without the names of people in it."""

    def left(found: re.Match[str]) -> str:
        return "" if is_name(found[0]) else found[0]

    cleaned = _NAME.sub(left, text)
    return (
        re.sub(r"^[\s:：,，、()（）]+|(?<=[\s,，、;；])[:：]\s*|[(（]\s*[)）]", "", cleaned).strip()
        if cleaned != text
        else text
    )
