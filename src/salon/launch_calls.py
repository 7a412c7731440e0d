"""Finds out from an author's source whether `launch` is told there who may sign in.

Other servers than `launch` never see its arguments: a page that asks for a password by `launch(auth=…)` would be open
under them.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

SIGN_IN = ("auth", "auth_dependency", "trusted_header")
"""The arguments that say who may come in."""

_UNKNOWN = object()


class LaunchCall(NamedTuple):
    """Where `launch` is told who may sign in.

    Attributes:
        file: in which the call stands.
        line: on which it begins.
        argument: that tells it, such as `auth`; `None` where the source does not say which arguments there are.
    """

    file: str
    line: int
    argument: str | None


def find_sign_in(page: object, *, made_in: str | None) -> LaunchCall | None:
    """Return where a page's `launch` is told who may sign in; `None` where nothing of the kind is found.

    Args:
        page: the page. The source of all modules in which it has a name is read.
        made_in: file in which it was made, which is read, too.
    """
    unsure = None
    for file, names in _sources(page, made_in).items():
        try:
            tree = ast.parse(Path(file).read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        for line, argument in _Source(tree, names, page).calls():
            found = LaunchCall(file, line, argument)
            if argument is not None:
                return found
            unsure = found
    return unsure


def _sources(page: object, made_in: str | None) -> dict[str, Mapping[str, Any]]:
    """Return the files to look in, each with the values that its names have."""
    sources: dict[str, Mapping[str, Any]] = {}
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        file = names.get("__file__")
        if isinstance(file, str) and (file == made_in or any(value is page for value in list(names.values()))):
            sources[file] = names
    if made_in is not None:
        sources.setdefault(made_in, {})
    return sources


class _Source:
    """One file's source.

    Args:
        tree: its syntax.
        names: the values that its global names have.
        page: whose calls of `launch` are looked for.
    """

    def __init__(self, tree: ast.AST, names: Mapping[str, Any], page: object) -> None:
        self._tree = tree
        self._names = names
        self._page = page

    def calls(self) -> Iterator[tuple[int, str | None]]:
        """Yield the lines of the calls that say who may sign in, and the argument; `None` where that is not clear."""
        for call in ast.walk(self._tree):
            if isinstance(call, ast.Call) and self._is_launch(call.func):
                for keyword in call.keywords:
                    for argument in self._arguments(keyword.arg, keyword.value):
                        yield call.lineno, argument

    def _is_launch(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Name):
            return function.id == "launch"
        return isinstance(function, ast.Attribute) and function.attr == "launch" and self._may_be_page(function.value)

    def _may_be_page(self, node: ast.expr) -> bool:
        """Tell whether an expression may give the page; a page that it makes anew is another one."""
        while True:
            value = self._value(node)
            if value is not _UNKNOWN:
                return value is self._page or not (isinstance(value, ModuleType | type) or hasattr(value, "launch"))
            match node:
                case ast.Call(func=inner) | ast.Attribute(value=inner) | ast.NamedExpr(target=inner):
                    node = inner
                case _:
                    return True

    def _arguments(self, name: str | None, value: ast.expr) -> Iterator[str | None]:
        """Yield the arguments, of those that say who may sign in, that a keyword or an unpacked mapping gives."""
        if name in SIGN_IN:
            if self._value(value) is not None:
                yield name
        elif name is None:
            yield from self._unpacked(value, frozenset())

    def _unpacked(self, node: ast.expr, seen: frozenset[str]) -> Iterator[str | None]:
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if key is None:
                        yield from self._unpacked(value, seen)
                    elif isinstance(key, ast.Constant) and key.value in SIGN_IN:
                        yield from self._arguments(str(key.value), value)
            case ast.Call(func=ast.Name(id="dict"), args=parts, keywords=keywords):
                for part in parts:
                    yield from self._unpacked(part, seen)
                for keyword in keywords:
                    yield from self._arguments(keyword.arg, keyword.value)
            case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
                yield from self._unpacked(one, seen)
                yield from self._unpacked(other, seen)
            case ast.Name(id=name) if name in seen:
                return
            case ast.Name(id=name):
                yield from self._of_name(name, seen | {name})
            case _:
                value = self._value(node)
                yield from _given(value) if isinstance(value, Mapping) else (None,)

    def _of_name(self, name: str, seen: frozenset[str]) -> Iterator[str | None]:
        """Yield what the mapping of a name gives: what it has now, and what the source puts into it somewhere."""
        value = self._names.get(name, _UNKNOWN)
        is_known = isinstance(value, Mapping)
        if isinstance(value, Mapping):
            yield from _given(value)
        for node in ast.walk(self._tree):
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=given) if target == name:
                    is_known = True
                    yield from self._unpacked(given, seen)
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as given) if target == name:
                    is_known = True
                    yield from self._unpacked(given, seen)
                case ast.Assign(
                    targets=[ast.Subscript(value=ast.Name(id=target), slice=ast.Constant(value=key))], value=given
                ) if target == name and key in SIGN_IN:
                    yield from self._arguments(str(key), given)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr="update" | "setdefault")) as call if (
                    target == name
                ):
                    yield from self._updated(call, seen)
        if not is_known:
            yield None

    def _updated(self, call: ast.Call, seen: frozenset[str]) -> Iterator[str | None]:
        match call.args:
            case [ast.Constant(value=key), given] if key in SIGN_IN:
                yield from self._arguments(str(key), given)
            case [ast.Constant(), *_]:
                return
            case parts:
                for part in parts:
                    yield from self._unpacked(part, seen)
        for keyword in call.keywords:
            yield from self._arguments(keyword.arg, keyword.value)

    def _value(self, node: ast.expr) -> Any:
        """Return the value of a constant, a global name, or a name in a module, without running anything."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._names.get(name, _UNKNOWN)
            case ast.Attribute(value=inner, attr=name):
                module = self._value(inner)
                return vars(module).get(name, _UNKNOWN) if isinstance(module, ModuleType) else _UNKNOWN
            case _:
                return _UNKNOWN


def _given(values: Mapping[Any, Any]) -> Iterator[str]:
    return (name for name in SIGN_IN if values.get(name) is not None)
