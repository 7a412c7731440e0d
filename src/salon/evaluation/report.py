"""A report of feedback as an HTML page: one file that loads no others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from html import escape

from salon.evaluation.rated_replies import RatedReply
from salon.stores.feedback import DISLIKE, LIKE

_WORST = 10
_COMMENTS = 200
_DAYS = 60
_SHOWN_LENGTH = 4_000
_KINDS = ("liked", "disliked", "other")

_WORDS = {
    "en": {
        "title": "Feedback",
        "from": "{first} to {last}",
        "none": "There is no feedback yet.",
        "judged": "rated replies",
        "liked": "liked",
        "disliked": "disliked",
        "other": "other",
        "share": "likes among all thumbs",
        "commented": "comments",
        "time": "Ratings over time",
        "options": "By option",
        "worst": "Worst conversations",
        "comments": "Comments",
        "option": "Option",
        "count": "Replies",
        "day": "Day",
        "week": "Week of",
        "user": "User",
        "assistant": "Assistant",
        "system": "System",
        "score": "{down} disliked or flagged, {up} liked",
        "no_comments": "There are no comments.",
        "no_worst": "No reply was disliked.",
        "numbers": "Table of the numbers",
    },
    "zh-CN": {
        "title": "用户反馈",
        "from": "{first} 至 {last}",
        "none": "暂无反馈。",
        "judged": "条已评价的回答",
        "liked": "赞",
        "disliked": "踩",
        "other": "其他",
        "share": "点赞占比",
        "commented": "条评论",
        "time": "时间趋势",
        "options": "按选项",
        "worst": "评价最差的对话",
        "comments": "评论",
        "option": "选项",
        "count": "回答数",
        "day": "日期",
        "week": "周（起始日）",
        "user": "用户",
        "assistant": "助手",
        "system": "系统",
        "score": "{down} 条差评，{up} 条好评",
        "no_comments": "暂无评论。",
        "no_worst": "暂无差评。",
        "numbers": "数据表",
    },
}
LANGUAGES = tuple(_WORDS)

_STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1d1b19, #ece8e1); --soft: light-dark(#655f58, #aca59a);
  --page: light-dark(#fbfaf8, #191816); --card: light-dark(#fff, #23211e); --line: light-dark(#e7e2da, #35322c);
  --liked: light-dark(#1c6b58, #74c7ad); --disliked: light-dark(#b0492f, #ee9079);
  --other: light-dark(#8a7a2e, #d9c06a) }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI",
  "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: 40px 20px 80px }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -0.02em } h2 { margin: 0 0 14px; font-size: 1.1rem }
.soft { margin: 2px 0 28px; color: var(--soft) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 14px; margin: 0 0 20px }
.card { padding: 20px 22px; border: 1px solid var(--line); border-radius: 14px; background: var(--card) }
section.card { margin: 0 0 20px }
.tile strong { display: block; font-size: 1.9rem; line-height: 1.25; font-variant-numeric: tabular-nums }
.tile span { color: var(--soft); font-size: 0.9rem }
svg { display: block; width: 100%; height: auto } svg text { fill: var(--soft); font-size: 11px }
.liked { fill: var(--liked); background: var(--liked) } .disliked { fill: var(--disliked); background: var(--disliked) }
.other { fill: var(--other); background: var(--other) } .grid { stroke: var(--line) }
.legend { display: flex; flex-wrap: wrap; gap: 18px; margin: 0 0 10px; padding: 0; color: var(--soft);
  font-size: 0.88rem; list-style: none }
.legend i { display: inline-block; width: 10px; height: 10px; margin-inline-end: 7px; border-radius: 3px }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.95rem }
th, td { padding: 7px 10px 7px 0; border-bottom: 1px solid var(--line); text-align: start; overflow-wrap: anywhere }
th { color: var(--soft); font-weight: 500 } td.bar { width: 55%; padding-inline-end: 0 }
td.bar div { height: 12px; min-width: 3px; border-radius: 4px }
details { border-bottom: 1px solid var(--line) } details:last-child { border: 0 }
summary { padding: 10px 0; cursor: pointer; overflow-wrap: anywhere }
summary small { display: block; color: var(--soft) }
.turn { margin: 0 0 12px; padding: 10px 14px; border-radius: 10px; border-inline-start: 3px solid var(--line);
  background: var(--page); white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.95rem }
.turn b { display: block; color: var(--soft); font-size: 0.8rem; font-weight: 500 }
.turn.bad { border-inline-start-color: var(--disliked) } .turn.good { border-inline-start-color: var(--liked) }
blockquote { margin: 0 0 14px; padding: 0 0 0 14px; border-inline-start: 3px solid var(--line); white-space: pre-wrap;
  overflow-wrap: anywhere } blockquote footer { color: var(--soft); font-size: 0.85rem; white-space: normal }
@media print { body { background: none } .card { break-inside: avoid } }
"""


def as_report(judged: Iterable[RatedReply], *, lang: str = "en", title: str | None = None) -> str:
    """Return the page. All texts of users and models are escaped.

    Args:
        judged: the rated replies.
        lang: language of the page, one of `LANGUAGES`.
        title: title of the page, in place of the default one.
    """
    words = _WORDS[lang]
    every = sorted(judged, key=lambda each: each.given_at)
    heading = escape(title or words["title"])
    body = [f"<h1>{heading}</h1>"]
    if every:
        period = words["from"].format(first=_day(every[0].given_at), last=_day(every[-1].given_at))
        body += [
            f'<p class="soft">{period}</p>',
            _tiles(every, words),
            _over_time(every, words),
            _by_option(every, words),
            _worst(every, words),
            _comments(every, words),
        ]
    else:
        body.append(f'<p class="soft">{words["none"]}</p>')
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{heading}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _kind(judged: RatedReply) -> str:
    liked = judged.opinion.liked
    return "other" if liked is None else "liked" if liked else "disliked"


def _day(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().date().isoformat()


def _section(heading: str, content: str) -> str:
    return f'<section class="card"><h2>{heading}</h2>{content}</section>'


def _tiles(judged: Sequence[RatedReply], words: dict[str, str]) -> str:
    kinds = Counter(map(_kind, judged))
    thumbs = kinds["liked"] + kinds["disliked"]
    share = f"{kinds['liked'] / thumbs:.0%}" if thumbs else "–"
    comments = sum(1 for each in judged if each.opinion.comment)
    tiles = [
        (len(judged), words["judged"]),
        (share, words["share"]),
        (kinds["liked"], words["liked"]),
        (kinds["disliked"], words["disliked"]),
        (comments, words["commented"]),
    ]
    cards = (f'<div class="card tile"><strong>{value}</strong><span>{name}</span></div>' for value, name in tiles)
    return f'<div class="tiles">{"".join(cards)}</div>'


def _over_time(judged: Sequence[RatedReply], words: dict[str, str]) -> str:
    """Return a bar chart by day, or by week if there are too many days."""
    dates = [datetime.fromtimestamp(each.given_at).astimezone().date() for each in judged]
    first, last = min(dates), max(dates)
    step = 1 if (last - first).days < _DAYS else 7
    first -= timedelta(days=first.weekday() if step == 7 else 0)
    count = min((last - first).days // step + 1, 520)
    columns: list[Counter[str]] = [Counter() for _ in range(count)]
    for each, date in zip(judged, dates, strict=True):
        columns[min((date - first).days // step, count - 1)][_kind(each)] += 1
    names = [(first + timedelta(days=number * step)).isoformat() for number in range(count)]
    legend = "".join(f'<li><i class="{kind}"></i>{words[kind]}</li>' for kind in _KINDS)
    rows = "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{column[kind]}</td>' for kind in _KINDS)}</tr>"
        for name, column in zip(names, columns, strict=True)
        if column
    )
    heads = "".join(f"<th>{words[kind]}</th>" for kind in _KINDS)
    table = f"<table><tr><th>{words['day' if step == 1 else 'week']}</th>{heads}</tr>{rows}</table>"
    content = f'<ul class="legend">{legend}</ul>{_bars(names, columns, words["time"])}'
    return _section(words["time"], f"{content}<details><summary>{words['numbers']}</summary>{table}</details>")


def _bars(names: Sequence[str], columns: Sequence[Counter[str]], label: str) -> str:
    width, height, left = 900, 200, 34
    most = max(sum(column.values()) for column in columns)
    pitch = (width - left) / len(columns)
    bar = max(min(pitch * 0.7, 46), 1)
    shapes = []
    for share in (0.0, 0.5, 1.0):
        y = height * (1 - share)
        shapes.append(f'<line class="grid" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        if most * share == int(most * share):
            shapes.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{int(most * share)}</text>')
    every = max(1, -(-len(columns) // 8))
    for number, (name, column) in enumerate(zip(names, columns, strict=True)):
        x, y = left + pitch * number + (pitch - bar) / 2, float(height)
        for kind in _KINDS:
            tall = height * column[kind] / most
            y -= tall
            if tall:
                shapes.append(
                    f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{bar:.1f}" height="{tall:.1f}" rx="2">'
                    f"<title>{name}: {column[kind]}</title></rect>"
                )
        if number % every == 0:
            shapes.append(f'<text x="{x + bar / 2:.1f}" y="{height + 18}" text-anchor="middle">{name[5:]}</text>')
    return f'<svg viewBox="0 -10 {width} {height + 36}" role="img" aria-label="{label}">{"".join(shapes)}</svg>'


def _by_option(judged: Sequence[RatedReply], words: dict[str, str]) -> str:
    counts = Counter(option for each in judged for option in each.opinion.options)
    most = max(counts.values(), default=1)
    rows = []
    for option, count in counts.most_common():
        kind = {LIKE: "liked", DISLIKE: "disliked"}.get(option, "other")
        name = {LIKE: words["liked"], DISLIKE: words["disliked"]}.get(option, option)
        bar = f'<div class="{kind}" style="width:{100 * count / most:.1f}%"></div>'
        rows.append(f'<tr><td>{escape(name)}</td><td>{count}</td><td class="bar">{bar}</td></tr>')
    head = f'<tr><th>{words["option"]}</th><th colspan="2">{words["count"]}</th></tr>'
    return _section(words["options"], f"<table>{head}{''.join(rows)}</table>")


def _worst(judged: Sequence[RatedReply], words: dict[str, str]) -> str:
    talks: dict[str, list[RatedReply]] = {}
    for each in judged:
        talks.setdefault(each.conversation, []).append(each)

    def score(talk: list[RatedReply]) -> tuple[int, int]:
        bad = sum(1 for each in talk if _kind(each) != "liked" and each.opinion.options)
        return bad - (len(talk) - bad), bad

    bad = [talk for talk in talks.values() if score(talk)[1] > 0]
    bad.sort(key=score, reverse=True)
    articles = [_talk(talk, score(talk)[1], words) for talk in bad[:_WORST]]
    return _section(words["worst"], "".join(articles) or f"<p>{words['no_worst']}</p>")


def _talk(talk: Sequence[RatedReply], down: int, words: dict[str, str]) -> str:
    fullest = max(talk, key=lambda each: len(each.messages))
    messages = fullest.messages
    marks: dict[int, str] = {}
    others: list[RatedReply] = []
    for each in talk:
        is_shown = each.index < len(messages) and each.messages[: each.index + 1] == messages[: each.index + 1]
        if is_shown:
            marks[each.index] = _mark(each)
        else:
            others.append(each)
    texts = [message["content"] for message in messages if message["role"] == "user" and message["content"]]
    summary = " ".join(texts[0].split())[:120] if texts else fullest.conversation
    score = words["score"].format(down=down, up=len(talk) - down)
    turns = [
        _turn(message["role"], message["content"], marks.get(index, ""), words)
        for index, message in enumerate(messages)
    ]
    turns += [_turn("assistant", each.answer, _mark(each), words) for each in others]
    return f"<details><summary>{escape(summary)}<small>{score}</small></summary>{''.join(turns)}</details>"


def _mark(judged: RatedReply) -> str:
    return "good" if _kind(judged) == "liked" else "bad"


def _turn(role: str, text: str, mark: str, words: dict[str, str]) -> str:
    excerpt = text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]} …"
    return f'<div class="turn {mark}" dir="auto"><b>{escape(words.get(role, role))}</b>{escape(excerpt)}</div>'


def _comments(judged: Sequence[RatedReply], words: dict[str, str]) -> str:
    comments = [each for each in reversed(judged) if each.opinion.comment][:_COMMENTS]
    quotes = []
    for each in comments:
        names = {LIKE: words["liked"], DISLIKE: words["disliked"]}
        about = [_day(each.given_at), *(names.get(option, option) for option in each.opinion.options)]
        about += [each.user] if each.user else []
        footer = f"<footer>{escape(' · '.join(about))}</footer>"
        quotes.append(f'<blockquote dir="auto">{escape(each.opinion.comment)}{footer}</blockquote>')
    return _section(words["comments"], "".join(quotes) or f"<p>{words['no_comments']}</p>")
