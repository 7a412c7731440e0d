import type { Delimiters } from '@salon/protocol';
import { Marked, type Token } from 'marked';
import { renderAlert } from './alerts';
import { allowedTags } from './allowed-tags';
import { BlockLexer, blockRules, type ReadOptions } from './block-lexer';
import { escapeHtml } from './escape-html';
import { footnoteExtension } from './footnote-extension';
import { Formulas } from './formulas';
import { formulaExtension } from './formula-extension';
import { inlineTags, tagAt, voidTags } from './html-tags';
import { lexInline } from './inline-lexer';

const tagName = /<(?=(\/?)([a-z][\w:-]*))/gi;
// The sanitizer removes them as well, but only after the browser has reported each to the console.
const eventAttribute = /([\s"'/])(on[a-z]+\s*=)/gi;

export interface MarkdownRules {
  /** Whether a single line break is one. */
  lineBreaks: boolean;
  /** What encloses formulas; `undefined` for the page's own rules. */
  formulas: Delimiters[] | undefined;
  /** Which tags that are no HTML are shown as text: all, none, or those named; the others are left out. */
  tags?: boolean | string[];
  /** HTML comes out as it is, for a frame to show. */
  isRaw?: boolean;
}

/** GFM with formulas, footnotes and alerts; tags outside the allow list come out as text. */
export class Parser extends Marked {
  readonly formulas: Formulas;
  readonly lineBreaks: boolean;
  /** Whether a tag that is no HTML is shown as text. */
  readonly isShown: (name: string) => boolean;

  constructor({ lineBreaks, formulas, tags = true, isRaw = false }: MarkdownRules) {
    const isShown = (name: string) => (typeof tags === 'boolean' ? tags : tags.includes(name));
    const math = new Formulas(formulas);
    super({
      gfm: true,
      breaks: lineBreaks,
      extensions: [...formulaExtension(math), ...footnoteExtension],
      tokenizer: blockRules,
      renderer: {
        html: ({ text }) => (isRaw ? text : tamed(text, isShown)),
        code({ text, lang, raw }) {
          const language = lang?.match(/^\S+/)?.[0] ?? '';
          if (math.hasFence && language === 'math') return mathFence(text, raw);
          return `<pre class="salon-code" data-language="${escapeHtml(language)}"><code>${escapeHtml(text)}\n</code></pre>\n`;
        },
        blockquote(token) {
          return renderAlert(this.parser, token) ?? false;
        },
        checkbox: ({ checked }) => `<span class="salon-task" data-checked="${checked}"></span>`,
        table(token) {
          const row = (cells: typeof token.header, tag: 'th' | 'td') => {
            const html = cells.map(({ tokens, align }) => {
              const attribute = align ? ` align="${align}"` : '';
              return `<${tag}${attribute}>${this.parser.parseInline(tokens)}</${tag}>`;
            });
            return `<tr>${html.join('')}</tr>`;
          };
          const body = token.rows.map((cells) => row(cells, 'td')).join('');
          return `<div class="salon-table"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`;
        },
      },
    });
    this.formulas = math;
    this.lineBreaks = lineBreaks;
    this.isShown = isShown;
  }

  /** Read blocks; `links` are the reference definitions of the text so far and get the new ones. */
  read(source: string, options: ReadOptions): Token[] {
    const tokens = new BlockLexer(this, options).lex(source);
    Object.assign(options.links, tokens.links);
    return tokens;
  }

  /** The HTML of one line of text. */
  line(source: string): string {
    const { formulas, isShown } = this;
    const rules = { formulas, isShown, lineBreaks: false, links: {}, isGrowing: false, onStep: () => {} };
    return this.Parser.parseInline(
      lexInline(source, { ...rules, isElement: (name) => inlineTags.has(name) }),
      this.defaults,
    );
  }
}

/** A formula in a fence; until its end has come, its source. */
function mathFence(text: string, raw: string): string {
  const isOpen = !/\n {0,3}(?:`{3,}|~{3,})[ \t]*\n*$/.test(raw);
  return `<div class="salon-math" data-display="true"${isOpen ? ' data-open=""' : ''}>${escapeHtml(text.trim())}</div>\n`;
}

/** HTML of which unknown tags are text or left to the sanitizer, which takes them away; a tag that nothing closes is text. */
export function tamed(html: string, isShown: (name: string) => boolean): string {
  const words = new Set<number>();
  const open = new Map<string, number[]>();
  for (const { index, 1: slash, 2: name = '' } of html.matchAll(tagName)) {
    const lower = name.toLowerCase();
    const tag = tagAt(html, index);
    if (!allowedTags.has(lower)) {
      if (isShown(lower)) words.add(index);
    } else if (!tag) words.add(index);
    else if (inlineTags.has(lower) && !voidTags.has(lower)) {
      const places = open.get(lower) ?? [];
      open.set(lower, places);
      if (slash) places.pop();
      else if (!tag.hasValues) places.push(index);
    }
  }
  // The text of one tag alone is one that has been judged.
  if (html.indexOf('<', 1) > 0) for (const places of open.values()) for (const index of places) words.add(index);
  return html
    .replace(tagName, (sign, _slash, _name, index: number) => (words.has(index) ? '&lt;' : sign))
    .replace(eventAttribute, '$1data-$2');
}

export const createParser = (rules: MarkdownRules): Parser => new Parser(rules);

/** Have parsers made once for each set of rules. */
function once(create: (rules: MarkdownRules) => Parser): (rules: MarkdownRules) => Parser {
  const made = new WeakMap<MarkdownRules, Parser>();
  return (rules) => {
    const parser = made.get(rules) ?? create(rules);
    made.set(rules, parser);
    return parser;
  };
}

/** The parser for some rules, made once. */
export const parserFor = once(createParser);

/** The parser for some rules that leaves HTML as it is; what it gives is for frames only. */
export const rawParserFor = once((rules) => createParser({ ...rules, isRaw: true }));
