"""An author's texts in several languages."""

import json
import warnings
from collections.abc import Mapping, Sequence

from salon.errors import AuthorError

_MARK = "__i18n__"


class I18n:
    """An author's texts in several languages, of which the page shows the one in the user's language.

    ```python
    i18n = gr.I18n(en={"title": "Yes man"}, zh={"title": "好好先生"})
    gr.ChatInterface(reply, title=i18n("title")).launch(i18n=i18n)
    ```

    A call with a key returns a text for any place of the page: titles, descriptions, placeholders, labels, examples.
    The user's languages come from the page's menu, `lang` and the browser; if the text has none of them, its first
    language is shown. A key without a text is shown itself, with a warning.

    Args:
        translations: the texts of each language, by key; names of languages are like `en`, `zh` or `zh_CN`.

    Raises:
        AuthorError: there is no language, or a language is no dictionary of texts.
    """

    def __init__(self, **translations: Mapping[str, str]) -> None:
        if not translations:
            raise AuthorError(
                "i18n.empty", 'An `I18n` needs at least one language, such as `I18n(en={"title": "Yes man"})`.'
            )
        for language, texts in translations.items():
            is_table = isinstance(texts, Mapping)
            if not is_table or not all(isinstance(text, str) for pair in texts.items() for text in pair):
                raise AuthorError(
                    "i18n.texts", f"The language `{language}` has to be a dictionary of texts; got `{texts!r}`."
                )
        self._translations = {language.replace("_", "-"): dict(texts) for language, texts in translations.items()}

    def __call__(self, key: str) -> str:
        """Return the text of a key, for the page to show in the user's language.

        Args:
            key: key of the text in each language.
        """
        translations = {language: texts[key] for language, texts in self._translations.items() if key in texts}
        if not translations:
            warnings.warn(f"No language has a text for `{key}`, so the page shows the key itself.", stacklevel=2)
            return key
        return _MARK + json.dumps(translations, ensure_ascii=False)


def in_language(text: str, languages: Sequence[str]) -> str:
    """Return a text in the first of `languages` in which it is available, else in its first language."""
    translations = _translations(text)
    for language in languages:
        for same in (str.lower, _base):
            for known, translation in translations.items():
                if language and same(known) == same(language):
                    return translation
    return next(iter(translations.values()), text)


def in_all_languages(text: str) -> tuple[str, ...]:
    """Return a text in each of its languages, without duplicates."""
    return tuple(dict.fromkeys(_translations(text).values())) or (text,)


def _translations(text: str) -> dict[str, str]:
    if not text.startswith(_MARK):
        return {}
    try:
        translations = json.loads(text.removeprefix(_MARK))
    except ValueError:
        return {}
    return translations if isinstance(translations, dict) else {}


def _base(language: str) -> str:
    return language.lower().partition("-")[0]
