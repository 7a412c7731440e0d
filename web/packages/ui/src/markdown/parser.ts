import type { Delimiters } from '@salon/protocol';
import { Marked, type Token, type Tokens } from 'marked';
import { allowedTags } from './allowed-tags';
import { escapeHtml } from './escape-html';
import { footnoteExtension } from './footnote-extension';
import type { Links } from './links';
import { enclosedMath, mathExtension } from './math-extension';

const maxDelimiters = 32;
const unknownTag = /<(?=\/?([a-z][\w:-]*))/gi;
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

export type Parser = Marked;

/** HTML of which unknown tags are text or left to the sanitizer, which takes them away. */
function tamed(html: string, tags: boolean | string[]): string {
  const isShown = (name: string) => (typeof tags === 'boolean' ? tags : tags.includes(name));
  const isKept = (name: string) => allowedTags.has(name) || !isShown(name);
  return html
    .replace(unknownTag, (sign, name: string) => (isKept(name.toLowerCase()) ? sign : '&lt;'))
    .replace(eventAttribute, '$1data-$2');
}

/** GFM with formulas and footnotes; tags outside the allow list come out as text. */
export const createParser = ({ lineBreaks, formulas, tags = true, isRaw = false }: MarkdownRules): Parser =>
  new Marked({
    gfm: true,
    breaks: lineBreaks,
    extensions: [...(formulas ? enclosedMath(formulas) : mathExtension), ...footnoteExtension],
    tokenizer: {
      // Long runs of delimiters cost quadratic time and mean nothing.
      emStrong(source) {
        const run = /^(?:\*+|_+)/.exec(source)?.[0] ?? '';
        const token = { type: 'text', raw: run, text: run, escaped: false };
        return run.length > maxDelimiters ? (token as unknown as Tokens.Em) : false;
      },
    },
    renderer: {
      html: ({ text }) => (isRaw ? text : tamed(text, tags)),
      code({ text, lang }) {
        const language = lang?.match(/^\S+/)?.[0] ?? '';
        return `<pre class="salon-code" data-language="${escapeHtml(language)}"><code>${escapeHtml(text)}\n</code></pre>\n`;
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

const parsers = new WeakMap<MarkdownRules, Parser>();
const rawParsers = new WeakMap<MarkdownRules, Parser>();

/** The parser for some rules, made once. */
export function parserFor(rules: MarkdownRules): Parser {
  let parser = parsers.get(rules);
  if (!parser) {
    parser = createParser(rules);
    parsers.set(rules, parser);
  }
  return parser;
}

/** The parser for some rules that leaves HTML as it is; what it gives is for frames only. */
export function rawParserFor(rules: MarkdownRules): Parser {
  let parser = rawParsers.get(rules);
  if (!parser) {
    parser = createParser({ ...rules, isRaw: true });
    rawParsers.set(rules, parser);
  }
  return parser;
}

/** Read blocks; `links` are the reference definitions of the text so far and get the new ones. */
export function readBlocks(parser: Parser, source: string, links: Links): Token[] {
  const lexer = new parser.Lexer(parser.defaults);
  Object.assign(lexer.tokens.links, links);
  const tokens = lexer.lex(source);
  Object.assign(links, tokens.links);
  return tokens;
}
