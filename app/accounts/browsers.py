"""What somebody signed in with, told in words: browsers name themselves by long codes."""

# The first sign that is found counts: most browsers also claim to be Chrome, and Chrome to be Safari.
BROWSERS = (
    ("wxwork", "企业微信"), ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("QQBrowser", "QQ浏览器"),
    ("QAXBrowser", "奇安信浏览器"), ("360SE", "360浏览器"), ("360EE", "360浏览器"), ("MetaSr", "搜狗浏览器"),
    ("UCBrowser", "UC浏览器"), ("UBrowser", "UC浏览器"), ("HuaweiBrowser", "华为浏览器"), ("Edg", "Edge 浏览器"),
    ("Firefox", "火狐浏览器"), ("Chrome", "Chrome 浏览器"), ("Safari", "Safari 浏览器"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("OpenHarmony", "鸿蒙"), ("Android", "安卓"), ("iPhone", "苹果手机"), ("iPad", "苹果平板"),
    ("Windows", "Windows"), ("Mac OS X", "苹果电脑"), ("UOS", "统信"), ("Kylin", "麒麟"), ("Linux", "Linux"),
)  # fmt: skip


def in_words(user_agent: str) -> str:
    """As in “Chrome 浏览器，Windows”; what is unknown is said to be."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "未知的浏览器")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser}，{system}" if system else browser
