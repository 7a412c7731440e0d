"""Sizes by name, in the form in which programs written for Gradio pass them to themes: `sizes.radius_lg` is `"lg"`."""

from typing import Final

radius_none: Final = "none"
radius_sm: Final = "sm"
radius_md: Final = "md"
radius_lg: Final = "lg"
radius_xxl: Final = "xxl"
spacing_sm: Final = "sm"
spacing_md: Final = "md"
spacing_lg: Final = "lg"
text_sm: Final = "sm"
text_md: Final = "md"
text_lg: Final = "lg"
