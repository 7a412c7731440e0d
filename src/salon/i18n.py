"""Texts of an author's in several languages."""

import json
import warnings
from collections.abc import Mapping, Sequence

from salon.errors import AuthorError

_MARK = "__i18n__"


class I18n:
    """An author's texts in several languages, of which the page shows its reader's.

    ```python
    i18n = gr.I18n(en={"title": "Yes man"}, zh={"title": "好好先生"})
    gr.ChatInterface(reply, title=i18n("title")).launch(i18n=i18n)
    ```

    Called with a key, it gives a text for wherever the page shows one: titles, descriptions, placeholders, labels,
    examples. The reader's languages come from the page's menu, `lang` and the browser; who reads none of those that are
    there gets the first. A key that is in none is shown as it is, with a warning.

    Args:
        translations: the texts of each language by their keys; languages are named like `en`, `zh` or `zh_CN`.

    Raises:
        AuthorError: there is no language, or its texts are not texts by key.
    """

    def __init__(self, **translations: Mapping[str, str]) -> None:
        if not translations:
            raise AuthorError("i18n.empty", 'An `I18n` needs a language, such as `I18n(en={"title": "Yes man"})`.')
        for language, texts in translations.items():
            is_table = isinstance(texts, Mapping)
            if not is_table or not all(isinstance(text, str) for pair in texts.items() for text in pair):
                raise AuthorError(
                    "i18n.texts", f"The language `{language}` has to be a dictionary of texts; got `{texts!r}`."
                )
        self._translations = {language.replace("_", "-"): dict(texts) for language, texts in translations.items()}

    def __call__(self, key: str) -> str:
        """Return a text that the page shows in its reader's language.

        Args:
            key: what the text is called in each language.
        """
        found = {language: texts[key] for language, texts in self._translations.items() if key in texts}
        if not found:
            warnings.warn(f"No language has a text for `{key}`, so the key itself is shown.", stacklevel=2)
            return key
        return _MARK + json.dumps(found, ensure_ascii=False)


def in_language(text: str, wanted: Sequence[str]) -> str:
    """Return a text in the first of the `wanted` languages that it is there in, else in its first one."""
    found = _translations(text)
    for language in wanted:
        for same in (str.lower, _base):
            for known, translation in found.items():
                if language and same(known) == same(language):
                    return translation
    return next(iter(found.values()), text)


def in_all_languages(text: str) -> tuple[str, ...]:
    """Return a text in every language that it is there in, each once."""
    return tuple(dict.fromkeys(_translations(text).values())) or (text,)


def _translations(text: str) -> dict[str, str]:
    if not text.startswith(_MARK):
        return {}
    try:
        found = json.loads(text.removeprefix(_MARK))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _base(language: str) -> str:
    return language.lower().partition("-")[0]
