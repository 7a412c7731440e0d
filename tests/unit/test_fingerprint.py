"""When a function counts as the same: what changes its answers changes its fingerprint, nothing else does."""

import functools
import subprocess
import sys
import types

import pytest

from salon.definition.fingerprint import fingerprint


def define(source: str):
    """Return `reply` of a module with this source, as a program of its own would have it."""
    module = types.ModuleType("program")
    exec(compile(source, "program.py", "exec"), module.__dict__)
    return module.reply


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def reply(m): return 'a'", "def reply(m): return 'b'"),
        ("def reply(m): return m + 'a'", "def reply(m): return 'a' + m"),
        ("def reply(m, t=1): return t", "def reply(m, t=2): return t"),
        ("def reply(m, *, t=1): return t", "def reply(m, *, t=2): return t"),
        ("def reply(m): return m", "def reply(m): yield m"),
        ("def reply(m): return m", "async def reply(m): return m"),
        ("P = 'a'\ndef reply(m): return P", "P = 'b'\ndef reply(m): return P"),
        ("P = ('a', 1)\ndef reply(m): return P", "P = ('a', 2)\ndef reply(m): return P"),
        ("def f(): return 1\ndef reply(m): return f()", "def f(): return 2\ndef reply(m): return f()"),
        (
            "def f(): return g()\ndef g(): return 1\ndef reply(m): return f()",
            "def f(): return g()\ndef g(): return 2\ndef reply(m): return f()",
        ),
        (
            "def make(x):\n  def reply(m): return x\n  return reply\nreply = make('a')",
            "def make(x):\n  def reply(m): return x\n  return reply\nreply = make('b')",
        ),
        (
            "class A:\n  def f(self): return 1\ndef reply(m): return A().f()",
            "class A:\n  def f(self): return 2\ndef reply(m): return A().f()",
        ),
        (
            "class A:\n  def __call__(self, m): return 1\nreply = A()",
            "class A:\n  def __call__(self, m): return 2\nreply = A()",
        ),
        (
            "class A:\n  def __init__(self, p): self.p = p\n  def f(self, m): return self.p\nreply = A('a').f",
            "class A:\n  def __init__(self, p): self.p = p\n  def f(self, m): return self.p\nreply = A('b').f",
        ),
        ("def reply(m): return [f'{x}a' for x in m]", "def reply(m): return [f'{x}b' for x in m]"),
        ("reply = lambda m: m.upper()", "reply = lambda m: m.lower()"),
    ],
)
def test_what_changes_the_answers_changes_it(before, after):
    assert fingerprint(define(before)) == fingerprint(define(before))
    assert fingerprint(define(before)) != fingerprint(define(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def reply(m): return m", "# A comment\n\n\ndef reply( m ):\n    return m"),
        ("def reply(m): return m", "def other(): return 1\ndef reply(m): return m"),
        ("N = []\ndef reply(m): return N", "N = [1]\ndef reply(m): return N"),
        ("import json\ndef reply(m): return json", "import os as json\ndef reply(m): return json"),
    ],
)
def test_what_does_not_change_the_answers_leaves_it(before, after):
    assert fingerprint(define(before)) == fingerprint(define(after))


def test_arguments_that_are_filled_in_count():
    reply = define("def reply(p, m): return p + m")

    assert fingerprint(functools.partial(reply, "a")) == fingerprint(functools.partial(reply, "a"))
    assert fingerprint(functools.partial(reply, "a")) != fingerprint(functools.partial(reply, "b"))


def test_functions_that_call_each_other_come_to_an_end():
    reply = define("def odd(n): return n and even(n - 1)\ndef even(n): return n and odd(n - 1)\nreply = odd")

    assert len(fingerprint(reply)) == 64


def test_it_is_the_same_in_every_process():
    program = (
        "from salon.definition.fingerprint import fingerprint\n"
        "K = frozenset(('x', 'y', 'z'))\n"
        "def reply(m): return m in {'a', 'b', 'c', 'd'} or m in K\n"
        "print(fingerprint(reply))"
    )
    seen = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(3)
    }

    assert len(seen) == 1
