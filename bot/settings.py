"""Settings: environment or `.env`, prefix NIANGJIA_. The only place that reads the environment; only app and cli import it.

Each setting stands in the README's table (a test compares the two).
"""

import base64
import binascii
import ipaddress
import re
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BadSetting


class Settings(BaseSettings):
    """All settings, checked together. Frozen: what the house was started with does not change under it."""

    model_config = SettingsConfigDict(
        env_prefix="NIANGJIA_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True,
        env_ignore_empty=True,
    )  # fmt: skip

    host: str = Field("127.0.0.1", description="监听地址")
    port: int = Field(8080, ge=0, le=65535, description="端口")
    data_dir: Path = Field(Path("data"), description="数据库文件、照片、密钥放在哪里")
    database_url: str = Field("", description="数据库；不写就用 DATA_DIR 里的 SQLite")
    home_region: str = Field("营口", description="哪个市的工会在用")
    demo: bool | None = Field(None, description="演示：网页里可以选身份；只能在本机、不接微信时打开")
    wechat_token: str = Field("", description="公众号后台的 Token")
    wechat_app_id: str = Field("", description="公众号 AppID")
    wechat_app_secret: str = Field("", description="公众号 AppSecret")
    wechat_aes_key: str = Field("", description="EncodingAESKey；写了就只收加密消息")
    wechat_aes_key_old: str = Field("", description="换密钥时的上一把 EncodingAESKey")
    wechat_api_base: str = Field("https://api.weixin.qq.com", description="微信接口的地址")
    wechat_plain: bool = Field(False, description="写了 AES 密钥仍收明文（兼容模式）")
    wechat_verify: str = Field("", description="域名验证：MP_verify_….txt 的文件名和内容，写成 文件名=内容")
    secret_key: str = Field("", description="签名和加密用的密钥；不写就生成一把放在 DATA_DIR")
    public_url: str = Field("", description="外面访问的 HTTPS 地址，用在消息的链接里")
    rate_limit: str = Field("20/10", description="每人几条/几秒")
    font: str = Field("", description="图片用的中文字体文件；不写就找本机装好的")
    log_level: str = Field("INFO", description="日志级别")

    @property
    def rate(self) -> tuple[int, float]:
        """Messages, and the seconds in which one member may send so many."""
        count, _, seconds = self.rate_limit.partition("/")
        return int(count), float(seconds)

    @property
    def is_demo(self) -> bool:
        """Whether the chat page lets the visitor choose a persona."""
        if self.demo is None:
            return self.is_loopback and not self.wechat_token
        return self.demo

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach us."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def database(self) -> str:
        """The database URL, with the default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'niangjia.db'}"

    @model_validator(mode="after")
    def _check_home(self) -> Self:
        if self.home_region == type(self).model_fields["home_region"].default:
            return self
        from knowledge.places import Places  # late: it takes a second, and hardly anybody needs it

        known = Places.load(self.home_region)
        if self.home_region not in known.names.values():
            near = known.found(self.home_region)
            better = f"是不是要写 {near[0]}？" if near else "写市的名字，例如 营口、大连。"
            raise ValueError(f"NIANGJIA_HOME_REGION={self.home_region} 不是知识库里的地方，{better}")
        return self

    @model_validator(mode="after")
    def _check_font(self) -> Self:
        if self.font and not Path(self.font).is_file():
            raise ValueError(f"NIANGJIA_FONT 指的字体文件 {self.font} 不在。")
        return self

    @model_validator(mode="after")
    def _check_wechat(self) -> Self:
        if self.wechat_token and not re.fullmatch(r"[A-Za-z0-9]{3,32}", self.wechat_token):
            raise ValueError("NIANGJIA_WECHAT_TOKEN 要是 3 到 32 位的字母或数字，和公众号后台填的一样。")
        for name in ("wechat_aes_key", "wechat_aes_key_old"):
            key = getattr(self, name)
            if key and not _is_aes_key(key):
                raise ValueError(f"NIANGJIA_{name.upper()} 要是公众号后台给的 43 位字母和数字。")
        if self.wechat_aes_key and not (self.wechat_token and self.wechat_app_id):
            raise ValueError("NIANGJIA_WECHAT_AES_KEY 要和 NIANGJIA_WECHAT_TOKEN、NIANGJIA_WECHAT_APP_ID 一起写。")
        if self.wechat_verify and not re.fullmatch(r"MP_verify_\w+\.txt=\w+", self.wechat_verify):
            raise ValueError("NIANGJIA_WECHAT_VERIFY 要写成 MP_verify_….txt=文件里的内容。")
        return self

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not re.fullmatch(r"[1-9]\d{0,5}/([1-9]\d{0,5})(\.\d+)?", self.rate_limit):
            raise ValueError("NIANGJIA_RATE_LIMIT 要写成 条数/秒数，例如 20/10。")
        if self.demo and not self.is_loopback:
            raise ValueError("NIANGJIA_DEMO 只能在本机（NIANGJIA_HOST=127.0.0.1）打开，演示身份不能给外面的人选。")
        if self.demo and self.wechat_token:
            raise ValueError("NIANGJIA_DEMO 和 NIANGJIA_WECHAT_TOKEN 不能同时用：接了微信就要关掉演示。")
        if not re.match(r"(sqlite(\+aiosqlite|\+pysqlite)?|postgresql(\+asyncpg|\+psycopg)?)://", self.database):
            raise ValueError("NIANGJIA_DATABASE_URL 要以 sqlite+aiosqlite:/// 或 postgresql+asyncpg:// 开头。")
        for name in ("public_url", "wechat_api_base"):
            value = getattr(self, name)
            if value and not (urlsplit(value).scheme in {"http", "https"} and urlsplit(value).netloc):
                raise ValueError(f"NIANGJIA_{name.upper()} 要写完整的网址，例如 https://工会的域名。")
        if self.secret_key and len(self.secret_key) < 32:
            raise ValueError("NIANGJIA_SECRET_KEY 太短，至少 32 个字符。")
        if self.log_level.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("NIANGJIA_LOG_LEVEL 要是 DEBUG、INFO、WARNING 或 ERROR。")
        return self


def _is_aes_key(key: str) -> bool:
    try:
        return len(key) == 43 and len(base64.b64decode(key + "=", validate=True)) == 32
    except binascii.Error:
        return False


def load() -> Settings:
    """The settings, or BadSetting with one sentence that names the first wrong one."""
    try:
        return Settings()
    except ValidationError as wrong:
        first = wrong.errors()[0]
        if first["type"] == "value_error":
            raise BadSetting(str(first["ctx"]["error"])) from None
        name = "NIANGJIA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadSetting(f"{name} 写得不对：{first['input']!r}。") from None
