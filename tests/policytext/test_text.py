import io
import zipfile

import pypdf
import pytest
from pypdf import generic

from app.policytext.reading import read_policy
from app.policytext.text.errors import UnreadableError
from app.policytext.text.files import read_file, read_text
from app.policytext.text.remark import Oddity
from tests.policytext.samples import LADDER

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def oddities(text: str) -> set[Oddity]:
    return {remark.oddity for remark in read_policy(read_text(text)).remarks}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_text_file_reads_the_same_in_every_encoding(encoding: str) -> None:
    original = read_file(LADDER.encode(encoding), name="方案.txt")

    assert original.text == LADDER


def test_bytes_of_no_encoding_become_marked_characters_and_a_finding() -> None:
    plan = read_policy(read_file("一、目标\n到2028年".encode() + b"\xff\xfe\x81", name="x.txt"))

    assert Oddity.UNREADABLE in {remark.oddity for remark in plan.remarks}


def test_a_page_number_inside_a_sentence_is_left_out_of_the_reading_and_kept_in_the_source() -> None:
    plan = read_policy(read_text("一、任务\n定期收集各类企业的难题，加强政策\n—3—宣讲，直达企业。"))

    assert "加强政策宣讲" in plan.by_path["一"].body.text
    assert "—3—" in plan.original.quote(plan.by_path["一"].body.span)
    assert Oddity.PAGE_NUMBER in {remark.oddity for remark in plan.remarks}


def test_traditional_characters_are_read_as_simplified_and_quoted_as_written() -> None:
    plan = read_policy(read_text("一、發展目標\n培育高新技術產業開發區和創新型領軍企業。"))

    assert plan.by_path["一"].heading.text == "发展目标"
    assert plan.original.quote(plan.by_path["一"].heading.span) == "發展目標"


def test_a_rare_character_in_a_simplified_line_stays() -> None:
    plan = read_policy(read_text("一、范围\n支持乾县、礼泉县以及周边各县区的科技型企业发展壮大，形成集群。"))

    assert "乾县" in plan.by_path["一"].body.text


def test_lines_broken_by_the_width_of_a_page_are_joined() -> None:
    wrapped = """一、任务
全区上下要把培育科技企业作为推动产业转型的重要抓手
，坚持问题导向和目标导向，建立健全工作台账，明确责任
人员和完成时限，按月调度、按季通报，确保各项措施落到
实处，并及时总结推广各乡镇、街道和园区的好经验、好做
法，营造全社会关心支持科技企业成长的浓厚氛围，同时做
好政策宣讲和跟踪服务，帮助企业解决实际困难。"""

    plan = read_policy(read_text(wrapped))

    assert "明确责任人员和完成时限" in plan.by_path["一"].body.text


def test_spaces_of_a_scanner_are_left_out() -> None:
    plan = read_policy(read_text("一、目标\n新 增 高 新 技 术 企 业 2 家 。"))

    assert "新增高新技术企业2家" in plan.by_path["一"].body.text


def test_a_block_said_twice_is_read_once() -> None:
    plan = read_policy(read_text(LADDER + LADDER + "各单位要高度重视，认真组织实施。"))
    long = "到2028年，全区高新技术企业达到60家以上，科技型中小企业达到150家，研发投入强度明显提高。"
    twice = read_policy(read_text(f"一、目标\n{long}\n二、任务\n另行安排。\n{long}"))

    assert [clause.path for clause in plan.root.walk()].count("一") == 1
    assert twice.by_path["二"].body.text.strip() == "另行安排。"
    assert Oddity.REPEATED in {remark.oddity for remark in twice.remarks}


@pytest.mark.parametrize(
    "chrome", ["【打印本页】【关闭】", "首页", "分享到：", "当前位置：首页 > 政务公开", "浏览次数：123次"]
)
def test_what_a_web_page_adds_is_no_part_of_the_plan(chrome: str) -> None:
    plan = read_policy(read_text(LADDER + chrome))

    assert chrome.replace("：", ":") not in plan.plain.text
    assert Oddity.CHROME in {remark.oddity for remark in plan.remarks}


def test_a_web_page_gives_its_text_and_tables_and_keeps_menus_apart() -> None:
    page = """<html><head><title>x</title><script>var a = "一、不是正文";</script></head><body>
    <nav><a>首页</a><a>政务公开</a></nav><p>一、目标&nbsp;</p><p>高企达到60家<!-- 注 -->。</p>
    <table><tr><td>指标</td><td>2028年</td></tr><tr><td><p>高企</p></td><td>60</td></tr></table></body></html>"""

    plan = read_policy(read_file(page.encode(), name="a.html"))

    table = next(clause.table for clause in plan.root.walk() if clause.table)
    assert "政务公开" not in plan.plain.text
    assert "不是正文" not in plan.original.text
    assert plan.by_path["一"].body.text.strip() == "高企达到60家。"
    assert [cell.text for cell in table.rows[0].cells] == ["高企", "60"]
    assert plan.original.place_of(plan.by_path["一"].marker.span.start) == "第2行"


def word_file(body: str, **parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return made.getvalue()


def test_a_word_file_gives_paragraphs_tables_and_the_numbers_word_shows() -> None:
    numbering = f"""<w:numbering xmlns:w="{WORD}">
    <w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>
    <w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>
    <w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
    numbered = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    )
    row = (
        "<w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
    )
    body = (
        numbered.format("总体目标") + "<w:p><w:r><w:t>建成</w:t><w:t>园区。</w:t></w:r></w:p>" + numbered.format("任务")
    )
    table = f"<w:tbl>{row.format('指标', '2028年')}{row.format('高企', '60')}</w:tbl>"

    original = read_file(word_file(body + table, numbering=numbering))

    assert original.text == "一、总体目标\n建成园区。\n二、任务\n指标\t2028年\n高企\t60"
    assert original.place_of(original.text.index("高企")) == "表1第2行"


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 broken", word_file("<w:p>")[:-40], b"\xd0\xcf\x11\xe0 old word", b"\x89PNG", b"x" * 20_000_001],
    ids=["broken", "cut", "doc", "picture", "huge"],
)
def test_a_file_without_text_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"。$"):
        read_file(data, name="方案")


def pdf_file(words: str) -> bytes:
    made = pypdf.PdfWriter()
    page = made.add_blank_page(595, 842)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = generic.DictionaryObject({generic.NameObject(k): generic.NameObject(v) for k, v in font.items()})
    fonts = generic.DictionaryObject({generic.NameObject("/F"): named})
    stream = generic.DecodedStreamObject()
    stream.set_data(f"BT /F 12 Tf 72 720 Td ({words}) Tj ET".encode())
    page[generic.NameObject("/Resources")] = generic.DictionaryObject({generic.NameObject("/Font"): fonts})
    page[generic.NameObject("/Contents")] = stream
    file = io.BytesIO()
    made.write(file)
    return file.getvalue()


def test_a_pdf_gives_its_text_page_by_page_and_a_scan_is_refused() -> None:
    source = read_file(pdf_file("2028 target: sixty high-tech firms"))

    assert "sixty high-tech firms" in source.text
    assert source.place_of(0) == "第1页"
    with pytest.raises(UnreadableError, match="扫描件"):
        read_file(pdf_file(""))


def test_radicals_of_printed_files_are_read_as_characters() -> None:
    reading = read_policy(read_text("⼀、⽬标\n⾼新技术企业年均增⻓20% 以上，服务⼈⺠。"))

    assert reading.by_path["一"].body.text.strip() == "高新技术企业年均增长20%以上,服务人民。"


def test_lines_of_letters_and_characters_are_as_wide_as_they_look() -> None:
    wrapped = """一、目标
到2028年，全区高新技术企业达到160家以上，科技型中
小企业达到400家以上，研发投入强度提高到3.5%左右，规
上工业企业有研发活动的比例由41%提高到60%，技术合同成
交额达到12.5亿元，新增孵化载体40万平方米，培育专精特
新企业35家、瞪羚企业12家，组织科技成果对接活动20场次
以上，服务企业1000家次，推动全区创新能力持续提升。"""

    text = read_policy(read_text(wrapped)).by_path["一"].body.text

    assert "科技型中小企业" in text
    assert "技术合同成交额达到12.5亿元" in text


def test_the_rest_of_an_endless_text_is_left_out_and_said_to_be() -> None:
    assert Oddity.TOO_LONG in oddities("一、目标\n" + "高" * 500_000)
