"""Fingerprints of functions: cached replies are valid while the function's code is unchanged."""

import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import CodeType, FunctionType, MethodType
from typing import Any

_CONSTANTS = (str, bytes, int, float, complex, bool, type(None), type(...))
_COLLECTIONS = (tuple, frozenset)


def fingerprint(function: Callable[..., Any]) -> str:
    """Return a hash of a function's code: 64 hexadecimal digits.

    It covers the function's bytecode and, recursively, the functions, classes and constants of its module and its
    closure that it uses. Code of other modules, data that is read at run time and mutable values (lists, dictionaries,
    objects) are not covered.
    """
    digest = hashlib.sha256()
    for line in _Reading().of(function):
        digest.update(line.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


class _Reading:
    """A traversal of functions that visits each once, so that mutual recursion terminates."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def of(self, value: Any) -> Iterator[str]:
        """Yield texts that differ if the behaviour of `value` differs; none for mutable values."""
        match value:
            case functools.partial():
                yield from self.of(value.func)
                yield from self._all(value.args)
                yield from self._named(value.keywords)
            case MethodType():
                yield from self.of(value.__func__)
                yield from self._object(value.__self__)
            case FunctionType():
                yield from self._function(value)
            case type():
                yield from self._class(value)
            case tuple() | frozenset():
                yield type(value).__name__
                # Sorted, because the iteration order of sets differs between processes.
                texts = ["\0".join(self.of(item)) for item in value]
                yield from sorted(texts) if isinstance(value, frozenset) else texts
            case CodeType():
                yield from self._code(value)
            case _ if isinstance(value, _CONSTANTS):
                yield repr(value)
            case _ if inspect.isfunction(getattr(type(value), "__call__", None)):  # noqa: B004
                yield from self._object(value)

    def _all(self, values: Any) -> Iterator[str]:
        for value in values:
            yield from self.of(value)

    def _named(self, values: Any) -> Iterator[str]:
        for name, value in sorted(dict(values).items()):
            yield from (name, *self.of(value))

    def _function(self, function: FunctionType) -> Iterator[str]:
        if id(function) in self._seen:
            return
        self._seen.add(id(function))
        wrapped = getattr(function, "__wrapped__", None)
        if wrapped is not None:
            yield from self.of(wrapped)
        yield from self.of(function.__code__)
        yield from self._all(function.__defaults__ or ())
        yield from self._named(function.__kwdefaults__ or {})
        used = {name: function.__globals__.get(name) for name in _names(function.__code__)}
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
            with suppress(ValueError):  # not filled yet
                used[name] = cell.cell_contents
        for name, value in sorted(used.items()):
            if isinstance(value, _CONSTANTS + _COLLECTIONS) or _module(value) == function.__module__:
                yield from (name, *self.of(value))

    def _object(self, value: Any) -> Iterator[str]:
        yield from self.of(value if isinstance(value, type) else type(value))
        yield from self._named(getattr(value, "__dict__", {}) if not isinstance(value, type) else {})

    def _class(self, cls: type) -> Iterator[str]:
        if id(cls) in self._seen or cls.__module__ == "builtins":
            return
        self._seen.add(id(cls))
        for name, value in sorted(vars(cls).items()):
            if not name.startswith("__") or inspect.isfunction(value):
                yield from (name, *self.of(getattr(value, "__func__", value)))

    def _code(self, code: CodeType) -> Iterator[str]:
        yield code.co_code.hex()
        yield " ".join((*code.co_names, *code.co_varnames, *code.co_freevars))
        yield from self._all(code.co_consts)


def _module(value: Any) -> str | None:
    """Return the module of a value's code: other modules are not traversed, as this would cover all of them."""
    while isinstance(value, functools.partial):
        value = value.func
    is_named = isinstance(value, FunctionType | MethodType | type)
    return getattr(value if is_named else type(value), "__module__", None)


def _names(code: CodeType) -> list[str]:
    """Return the global names that a function's code uses, including those of nested functions."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names.update(_names(constant))
    return sorted(names)
