"""Configuration: INI files that layer, and declared settings with typed access.

The settings of the product are in `app.config.core`, their page in `app.config.reference`.
"""

from app.config.checking import check, check_files
from app.config.config import Config
from app.config.files import as_config, load_config, search_path
from app.config.flags import FeatureFlag, Rollout
from app.config.kinds import Kind
from app.config.masking import masked
from app.config.setting import BadSetting, BadValue, Setting
from app.config.settings import Settings, Stored, Undeclared
from app.config.show import Shown, describe, shown_text
from app.config.values import ConfigError, NotConfigured, Problem, Source, Value

__all__ = [
    "BadSetting",
    "BadValue",
    "Config",
    "ConfigError",
    "FeatureFlag",
    "Kind",
    "NotConfigured",
    "Problem",
    "Rollout",
    "Setting",
    "Settings",
    "Shown",
    "Source",
    "Stored",
    "Undeclared",
    "Value",
    "as_config",
    "check",
    "check_files",
    "describe",
    "load_config",
    "masked",
    "search_path",
    "shown_text",
]
