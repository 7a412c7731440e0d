// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { en } from '../src/i18n/en';
import { withinBudget } from '../src/markdown/budget';
import { showHtml, showLine } from '../src/markdown/fragments';
import { createMarkdownView } from '../src/markdown/markdown-view';
import { createParser, type MarkdownRules } from '../src/markdown/parser';

const rules: MarkdownRules = { lineBreaks: true, formulas: undefined };

function shown(text: string, changed: Partial<MarkdownRules> = {}, isFinished = true): HTMLElement {
  const container = document.createElement('div');
  const parser = createParser({ ...rules, ...changed });
  createMarkdownView(container, { words: en, remoteImages: 'ask', parser }).update(text, isFinished);
  return container;
}

const all = (container: HTMLElement, selector: string) =>
  [...container.querySelectorAll(selector)].map(({ textContent }) => textContent);

describe('emphasis beside writing without spaces', () => {
  test.each([
    ['**注意：**请先备份', 'strong', ['注意：']],
    ['这是**“重点”**内容，**（括号）**也是', 'strong', ['“重点”', '（括号）']],
    ['他说**你好！**然后**走了。**', 'strong', ['你好！', '走了。']],
    ['**「引用」**です', 'strong', ['「引用」']],
    ['**가나다(라)**는 **“마”**라고', 'strong', ['가나다(라)', '“마”']],
    ['**说明(Note)**是**`code`**和**[链接](https://e.example)**的', 'strong', ['说明(Note)', 'code', '链接']],
    ['**หมายเหตุ:**โปรด', 'strong', ['หมายเหตุ:']],
    ['*强调，*后文', 'em', ['强调，']],
    ['_强调，_后文', 'em', ['强调，']],
    ['__注意：__请，这是__重点__内容', 'strong', ['注意：', '重点']],
    ['***重要：***请', 'em strong', ['重要：']],
    ['**粗*斜，*粗。**后', 'strong em', ['斜，']],
    ['~~删除。~~后文~~「又」~~再', 'del', ['删除。', '「又」']],
    ['- **步骤一：**打开', 'li strong', ['步骤一：']],
    ['# **标题：**后', 'h1 strong', ['标题：']],
    ['| **列：**名 |\n|--|\n| **值。**后 |', 'strong', ['列：', '值。']],
    ['> **引：**文', 'blockquote strong', ['引：']],
  ])('%j', (text, selector, expected) => {
    expect(all(shown(text), selector)).toEqual(expected);
  });

  test.each([
    '文件_名称_列表',
    '报告_2024_最终.docx',
    '方法__init__是',
    'snake_case_name',
    '2 * 3 * 4',
    '**Note:**then',
  ])('%j holds none', (text) => {
    expect(shown(text).textContent?.trim()).toBe(text);
  });

  test('one tilde is a tilde', () => {
    const text = '大约10~20个,价格是30~40元 (~2000 lines) and (~5000)';

    expect(shown(text).textContent?.trim()).toBe(text);
  });
});

test.each([
  ['请看https://e.example/a，然后', ['https://e.example/a']],
  ['打开https://e.example/b。或者（https://e.example/c）', ['https://e.example/b', 'https://e.example/c']],
  ['见 www.e.example、谢谢', ['www.e.example']],
  ['「https://e.example/x?q=1&b=2」', ['https://e.example/x?q=1&b=2']],
  ['https://e.example/a然后', ['https://e.example/a']],
  ['https://e.example请', ['https://e.example']],
  ['https://e.example/a에서 봅니다', ['https://e.example/a']],
  ['https://zh.wikipedia.org/wiki/中文，是', ['https://zh.wikipedia.org/wiki/中文']],
  ['**https://e.example/x**后', ['https://e.example/x']],
  ['**网址：https://e.example/x**然后', ['https://e.example/x']],
  ['邮箱a_b@e.example。', ['a_b@e.example']],
  ['(https://e.example/a_(b)). http://localhost:7860/', ['https://e.example/a_(b)', 'http://localhost:7860/']],
  ['[https://one.example](https://two.example)', ['https://one.example']],
])('addresses end where the sentence goes on: %j', (text, links) => {
  expect(all(shown(text), 'a')).toEqual(links);
});

describe('formulas', () => {
  const math = (text: string, changed: Partial<MarkdownRules> = {}) => all(shown(text, changed), '.salon-math');

  test('may touch writing without spaces, prices stay text', () => {
    expect(math('结果是 $E=mc^2$，其中$m$是质量，值为$3$个。関数$f(x)$は。중간$a_i$입니다。价格是$5和$10。')).toEqual([
      'E=mc^2',
      'm',
      '3',
      'f(x)',
      'a_i',
    ]);
  });

  const blocks: [string, string][] = [
    ['$$\nx\n- y\n+ z\n$$', 'x\n- y\n+ z'],
    ['\\[\na\n=\nb\n\\]', 'a\n=\nb'],
    ['\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}', '\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}'],
    ['```math\n\\frac{1}{2}\n```', '\\frac{1}{2}'],
    [
      '$$\n\\begin{aligned}\na &= b\\\\\n\nc &= d\n\\end{aligned}\n$$',
      '\\begin{aligned}\na &= b\\\\\n\nc &= d\n\\end{aligned}',
    ],
    ['Then\n$$\na\n=\nb\n$$\nmore', 'a\n=\nb'],
    ['- item\n  $$\n  x = 1\n  $$', 'x = 1'],
    ['> $$\n> x\n> $$', 'x'],
  ];
  const pairs = [
    ['$', '$'],
    ['$$', '$$'],
    ['\\[', '\\]'],
    ['\\begin{align}', '\\end{align}'],
    ['```math', '```'],
  ] as const;
  const given = pairs.map(([left, right]) => ({ left, right, display: left !== '$' }));

  test.each(blocks)('block %j, by default and with delimiters of the author in any order', (text, source) => {
    for (const formulas of [undefined, given, [...given].reverse()]) expect(math(text, { formulas })).toEqual([source]);
  });

  test('of two dollars are found beside those of one', () => {
    for (const formulas of [undefined, given, [...given].reverse()]) {
      const found = [
        ...shown('Inline $x$ and $$z^2$$ end.', { formulas }).querySelectorAll<HTMLElement>('.salon-math'),
      ];
      expect(found.map(({ textContent, dataset }) => [textContent, dataset['display']])).toEqual([
        ['x', undefined],
        ['z^2', 'true'],
      ]);
    }
  });

  test('in a table keep their pipes', () => {
    const cells = all(shown('| f | v |\n|---|---|\n| $|x|$ | 3 |\n| $P(A | B)$ | $5 |\n| a $ | b$ |'), 'td');

    expect(cells).toEqual(['|x|', '3', 'P(A | B)', '$5', 'a $', 'b$']);
  });
});

describe('words in angle brackets', () => {
  test.each([
    '<I am an artificial intelligent breaker of chatbots.>',
    'Date: <date>, Time: <time>, Summary: <summary>, Code: <code>, City: <city>',
    'Use Pair<A, B> and List<I> and Comparable<S> and Map<K, V>.',
    'Fill in: <A short description of the product> here',
    'Print it with <?php echo 1; ?> please',
    '- <summary>\n- <time> **x**',
    '| <b> |\n|--|\n| <i> |',
  ])('%j are shown', (text) => {
    const words = text.match(/<[^>]*>/g) ?? [];
    const { textContent } = shown(text);

    for (const word of words) expect(textContent).toContain(word);
  });

  test('that stand alone on a line hold nothing of what follows', () => {
    const container = shown('<summary>\n\n**one**\n\n<time>\n\ntwo\n');

    expect(all(container, 'p')).toEqual(['<summary>', 'one', '<time>', 'two']);
  });

  test.each([
    ['a <b>bold</b> x<sub>2</sub> <kbd>Ctrl</kbd>', 'b, sub, kbd', 3],
    ['<center><h1>Title</h1></center>\n<center><b>One</b> <b>Two</b></center>', 'center', 2],
    ['<font color="red">x</font> <wbr> <u>y</u>', 'font, wbr, u', 3],
    ['<section>\n\n**x**\n\n</section>', 'section strong', 1],
    ['<table><colgroup><col span="2"></colgroup><tr><td>x</td></tr></table>', 'col', 1],
    [
      '<video src="file=a.mp4"></video> <picture><source srcset="file=a.webp"><img src="file=a.png"></picture>',
      'video[controls], source, img',
      3,
    ],
  ])('tags are tags: %j', (text, selector, count) => {
    expect(shown(text).querySelectorAll(selector)).toHaveLength(count);
  });

  test('spaces between elements in a line stay', () => {
    expect(shown('<center><b>One</b> <b>Two</b></center>').textContent).toContain('One Two');
    expect(shown('<p>Name:</p> <b>Ann</b> <i>Lee</i>').textContent).toMatch(/Ann Lee/);
  });

  test('of styles the harmless ones are kept', () => {
    const style = (text: string) => shown(text).querySelector<HTMLElement>('h2')?.style.cssText;

    expect(style('<h2 style="text-align:center; color: red">x</h2>')).toBe('text-align: center; color: red;');
    for (const harmful of [
      'position:fixed',
      'background:url(https://e.example)',
      'margin:-99px',
      'width:var(--x)',
      'font-size:900px',
    ]) {
      expect(style(`<h2 style="${harmful}">x</h2>`)).toBe('');
    }
  });

  test('films of other hosts are links', () => {
    const container = shown(
      '<video src="https://e.example/a.mp4"></video><video><source src="https://e.example/b.mp4"></video>',
    );

    expect(container.querySelector('video, source')).toBeNull();
    expect(container.querySelectorAll('a')).toHaveLength(2);
  });
});

describe('lists, fences, callouts and notes', () => {
  test('a fence of Markdown holds other fences', () => {
    const text = "```markdown\n# Title\n\n```python\nprint('hi')\n```\n\nMore *text*.\n```\n\nEnd.";

    expect(all(shown(text), 'code')).toEqual(["# Title\n\n```python\nprint('hi')\n```\n\nMore *text*.\n"]);
    expect(all(shown(text), 'p')).toEqual(['End.']);
  });

  test('a fence that is never closed holds what follows, others end at their first end', () => {
    expect(all(shown('```md\nopen\n```\n\n```py\nx'), 'code')).toEqual(['open\n', 'x\n']);
  });

  test.each([
    ['> [!NOTE]\n> Useful.', 'note', 'Note', 'Useful.'],
    ['> [!warning]\n> Hot.', 'warning', 'Warning', 'Hot.'],
    ['> [!TIP] Own *title*\n> Text.', 'tip', 'Own title', 'Text.'],
    ['> [!DANGER]\n>\n> Text.', 'caution', 'Caution', 'Text.'],
  ])('%j is a callout', (text, kind, title, body) => {
    const alert = shown(text).querySelector<HTMLElement>('.salon-alert');

    expect(alert?.dataset['alert']).toBe(kind);
    expect(alert?.querySelector('.salon-alert-title')?.textContent).toBe(title);
    expect(alert?.textContent).toContain(body);
  });

  test('a quote that names no kind is a quote', () => {
    expect(shown('> [!foo]\n> x').querySelector('blockquote')?.textContent).toContain('[!foo]');
  });

  test('a line that only looks like the definition of a link is words', () => {
    const container = shown('[Note]: this-is-important\n[注]: 重要\n[1]: https://e.example/1\n\nSee [1].');

    expect(container.textContent).toContain('[Note]: this-is-important');
    expect(container.textContent).toContain('[注]: 重要');
    expect(container.querySelector('a')?.getAttribute('href')).toBe('https://e.example/1');
  });

  test('long numbers of a list get room', () => {
    expect(shown('98. x\n99. y\n100. z').querySelector('ol')?.style.getPropertyValue('--salon-digits')).toBe('3');
  });
});

test('what a reader has opened stays open while the text grows', () => {
  const container = document.createElement('div');
  const view = createMarkdownView(container, { words: en, remoteImages: 'ask', parser: createParser(rules) });
  const start = '<details><summary>S</summary>\n\nHidden\n\n</details>\n\n';
  view.update('<details><summary>S</summary>\n\nHid', false);
  container.querySelector('details')?.toggleAttribute('open', true);
  for (const more of ['', 'word', 'word word']) view.update(start + more, false);
  view.update(`${start}word word.`, true);

  expect(container.querySelector('details')?.open).toBe(true);
});

test.each([
  ['请**注意：', 'strong', '注意：'],
  ['请**注意：*', 'strong', '注意：'],
  ['~~删', 'del', '删'],
  ['$$\nx', '.salon-math', 'x'],
  ['```math\nx', '.salon-math', 'x'],
])('unfinished %j looks as it will', (text, selector, expected) => {
  expect(shown(text, {}, false).querySelector(selector)?.textContent?.trim()).toBe(expected);
});

test('a whole text that ends within a long element is shown to its end', async () => {
  const container = shown(`<details><summary>S</summary>\n\n${'words and words\n\n'.repeat(900)}</details>\n\nEnd.`);
  await expect.poll(() => container.hasAttribute('data-pending')).toBe(false);

  expect(container.lastElementChild?.textContent).toBe('End.');
});

describe('fragments', () => {
  test('a thought’s title is one line of Markdown, without anything to press', () => {
    const target = document.createElement('span');
    showLine(target, 'Read `a.py`, **注意：**[link](https://e.example) <I am>', rules);

    expect(all(target, 'code, strong')).toEqual(['a.py', '注意：']);
    expect(target.querySelector('a')).toBeNull();
    expect(target.textContent).toContain('link <I am>');
  });

  test('HTML of an author is shown as far as it does no harm', () => {
    const target = document.createElement('div');
    showHtml(
      target,
      'See <a href="https://e.example">the <b>guide</b></a>, List<I> <script>x</script><img src=x onerror=y>',
    );

    expect(target.querySelector('a b')?.textContent).toBe('guide');
    expect(target.textContent).toContain('List<I>');
    expect(target.querySelector('script, [onerror]')).toBeNull();
  });
});

describe('the worst texts take time in proportion to their length', () => {
  const length = 60_000;
  const parts =
    '[ a*_ *a~**a ~_a ~~~a ` `a`` < <a~ <a~b=" </a <!-- <? $a $ $$ \\( \\[ $$\n >~ -~ *~-~ [a](b [a](<b [a](b~" [a]:~ ' +
    '[^a] ![a ![ ]( [a][ & &amp ~~\n a\n=\n | |a |~a~|\n # ```\n ```md\n ~~~~ ~~~~~~ \\ http:// https://a.b/ www. a@b.c @ <b> ' +
    '<div>\n\n <details>\n <summary>\n\n <i>\n\n [a] ( ** ***a**b* 中**。 *中 \\begin{align} -~a\n\n >~a\n\n ---\n <p\n a|b\n-|-\n';
  const texts = parts
    .split(' ')
    .map((part) => part.replaceAll('~~', '\u0000').replaceAll('~', ' ').replaceAll('\u0000', '~'));

  // A budget that is spent throws; so does a deep text that exhausts the stack.
  test.each(texts)('%j', { timeout: 60_000 }, (part) => {
    const text = part.repeat(Math.ceil(length / part.length));
    const parser = createParser(rules);
    for (const isGrowing of [false, true]) {
      const options = { links: {}, isGrowing, isElement: () => true };
      expect(() => withinBudget(() => parser.read(text, options), 30_000)).not.toThrow();
    }
  });

  test('and when they do not, they are shown as they are, what came before stays', () => {
    const container = document.createElement('div');
    const parser = createParser(rules);
    const view = createMarkdownView(container, { words: en, remoteImages: 'ask', parser, budget_ms: -1 });
    view.update('**a', false);
    view.update('**a** [', false);
    view.update('**a** [b](c)', true);

    expect(container.innerHTML).toBe('<div class="salon-plain" dir="auto">**a** [b](c)</div>');
  });
});
