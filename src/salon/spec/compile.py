"""From a description to a frozen application. Every error that an author can make is raised here."""

from collections.abc import Sequence
from pathlib import Path

from salon.errors import AuthorError
from salon.spec.api import Api, compile_api
from salon.spec.app import AppSpec
from salon.spec.chat import ChatSpec
from salon.spec.checks import collecting, require_limit, require_one_of, together
from salon.spec.config import PageConfig
from salon.spec.endpoint import ChatEndpoint
from salon.spec.page import compile_page
from salon.spec.published import Published
from salon.spec.signature import Signature, inspect_chat_function, is_async, is_generator
from salon.themes import THEMES, Default, Theme


def compile_chat(spec: ChatSpec, *, request_type: type, injected_types: tuple[type, ...]) -> AppSpec:
    """Return the application that `spec` describes.

    Args:
        spec: the description.
        request_type: parameters of the function annotated so get the request.
        injected_types: parameters of the function whose default is one of these keep it.

    Raises:
        AuthorError: the description contradicts itself or names what does not exist; the
            message lists all problems at once.
    """
    problems: list[AuthorError] = []
    signature = Signature(())
    page = PageConfig()
    published = Published()
    theme: Theme = Default()
    tags: tuple[tuple[str, str], ...] = ()
    api = Api()
    with collecting(problems):
        theme = _theme(spec.theme)
    with collecting(problems):
        signature = inspect_chat_function(spec.fn, request_type=request_type, injected_types=injected_types)
    with collecting(problems):
        require_one_of("type", spec.type, ("messages", "tuples"))
    with collecting(problems):
        require_limit(spec.concurrency_limit)
    with collecting(problems):
        page = compile_page(spec, theme=type(theme).__name__.lower(), published=published)
    with collecting(problems):
        tags = _tags(getattr(spec.chatbot, "reasoning_tags", None))
    with collecting(problems):
        api = compile_api(spec)
    additions = {"css": spec.css or "", "head": spec.head or ""}
    for name, paths in (("css", spec.css_paths), ("head", spec.head_paths)):
        with collecting(problems):
            additions[name] = "\n".join([*_texts(f"{name}_paths", paths), additions[name]]).strip()
    if problems:
        raise together(problems)
    chat = ChatEndpoint(
        function=spec.fn,
        signature=signature,
        runs_on_loop=is_async(spec.fn),
        multimodal=spec.multimodal,
        history=spec.type,
        concurrency_limit=spec.concurrency_limit,
        concurrency_id=spec.concurrency_id,
        examples=tuple(example.text for example in page.examples),
        caches_examples=spec.cache_examples,
        opening=page.chatbot.opening,
        reasoning_tags=tags,
        api=api,
        yields=is_generator(spec.fn),
    )
    return AppSpec(
        page=page,
        chat=chat,
        theme_css=theme.css(),
        js=spec.js or "",
        files=published.files,
        image_sources=tuple(sorted(published.origins)),
        **additions,
    )


def _texts(name: str, paths: str | Path | Sequence[str | Path] | None) -> list[str]:
    """Return what is in the author's files.

    Raises:
        AuthorError: one cannot be read.
    """
    all_paths = [paths] if isinstance(paths, str | Path) else list(paths or ())
    try:
        return [Path(path).read_text("utf-8") for path in all_paths]
    except (OSError, UnicodeDecodeError) as error:
        raise AuthorError(f"chat.{name}", f"`{name}` names a file that cannot be read: {error}.") from None


def _theme(theme: str | Theme | None) -> Theme:
    if isinstance(theme, Theme):
        return theme
    name = theme or "default"
    require_one_of("theme", name, tuple(THEMES))
    return THEMES[name]()


def _tags(tags: object) -> tuple[tuple[str, str], ...]:
    pairs = tags if isinstance(tags, list | tuple) else () if tags is None else (tags,)
    for pair in pairs:
        is_pair = isinstance(pair, list | tuple) and len(pair) == 2
        if not is_pair or not all(isinstance(tag, str) and tag.strip() for tag in pair):
            raise AuthorError(
                "chat.reasoning_tags",
                f'`reasoning_tags` has to be a list of pairs such as `("<think>", "</think>")`; got `{pair!r}` in it.',
            )
    return tuple((pair[0], pair[1]) for pair in pairs)
