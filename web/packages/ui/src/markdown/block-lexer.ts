import { Lexer, Tokenizer, type Token, type TokenizerObject, type Tokens, type TokensList } from 'marked';
import { checkBudget } from './budget';
import { inlineTags, optionalEnds, tagAt, voidTags, type Tag } from './html-tags';
import { lexInline } from './inline-lexer';
import type { Links } from './links';
import type { Parser } from './parser';

const deepest = 24;
const farthestEnd = 50_000;
/** Stands for a pipe in a formula while a table is divided into cells; no text has it. */
const pipe = '\ufdd0';
const footnoteDefinition = /^ {0,3}\[\^[^\]\s]+\]:/;
/** In which a fence with a language begins a block of its own, as it does for who wrote it. */
const hostsFences = /^(?:|md|mdx|markdown|qmd|rmd|te?xt|plain|plaintext)$/i;
const definition = /^ {0,3}\[(?:\\.|[^[\]\\])+\]:[ \t]*\n?[ \t]*(\S+)/;
const addressLike = /^<|^[a-z][a-z\d+.-]*:|^[/?#]|^\.{1,2}\/|^www\.|\/|[\w-]\.[a-z]{2,}|@/i;

export interface ReadOptions {
  links: Links;
  /** More may follow. */
  isGrowing: boolean;
  isElement: (name: string) => boolean;
}

/** Reads blocks as GitHub does, and what is in them by rules of our own. */
export class BlockLexer extends Lexer {
  readonly parser: Parser;
  readonly read: ReadOptions;
  #depth = 0;
  #isLast = false;
  /** Tags of which the rest of the text has no end. */
  readonly #endless = new Set<string>();

  constructor(parser: Parser, read: ReadOptions) {
    super(parser.defaults);
    this.parser = parser;
    this.read = read;
    Object.assign(this.tokens.links, read.links);
  }

  override lex(source: string): TokensList {
    this.blockTokens(source, this.tokens);
    const queue = this.inlineQueue;
    this.inlineQueue = [];
    queue.forEach(({ src, tokens }, index) => {
      this.#isLast = this.read.isGrowing && index === queue.length - 1 && isAtEnd(source, src);
      this.inlineTokens(src, tokens);
    });
    return this.tokens;
  }

  override blockTokens(source: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], lastParagraphClipped = false): Token[] | TokensList {
    checkBudget();
    if (this.#depth >= deepest) {
      tokens.push({ type: 'text', raw: source, text: source, tokens: this.inline(source) } as Tokens.Text);
      return tokens;
    }
    this.#depth++;
    try {
      return super.blockTokens(source, tokens, lastParagraphClipped);
    } finally {
      this.#depth--;
    }
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    checkBudget();
    const { formulas, lineBreaks, isShown } = this.parser;
    const text = source.includes(pipe) ? source.replaceAll(pipe, '|') : source;
    const found = lexInline(text, {
      formulas,
      lineBreaks,
      isShown,
      links: this.tokens.links as Links,
      isElement: this.read.isElement,
      isGrowing: this.#isLast,
      onStep: checkBudget,
    });
    // One by one: a long text has more tokens than a call may have arguments.
    for (const token of found) tokens.push(token);
    return tokens;
  }

  /** Whether a tag at the start of a block is one: its end comes, or may still come, or need not. */
  opensBlock({ name, isClosing, hasValues, raw }: Tag, source: string): boolean {
    const { isElement, isGrowing } = this.read;
    if (!isElement(name)) return false;
    if (voidTags.has(name) || optionalEnds.has(name)) return true;
    if (inlineTags.has(name))
      return !isClosing && endOf(name).test(source.slice(raw.length, source.search(/\n[ \t]*\n|$/)));
    if (isClosing || hasValues || isGrowing) return true;
    if (this.#endless.has(name)) return false;
    const hasEnd = endOf(name).test(source.slice(0, farthestEnd));
    if (!hasEnd && this.#depth === 1) this.#endless.add(name);
    return hasEnd;
  }
}

const endOf = (name: string) => new RegExp(`</${name}\\s*>`, 'i');

/** Whether what is read last is also what stands last. */
function isAtEnd(source: string, last: string): boolean {
  return (
    !source.endsWith('\n') &&
    source.trimEnd().endsWith(last.trimEnd().replaceAll(pipe, '|').split('\n').at(-1)?.trim() ?? '')
  );
}

/** How blocks begin, where it differs from GitHub; `false` leaves it to the usual rules. */
export const blockRules: TokenizerObject = {
  fences(source) {
    const opening = /^( {0,3})(`{3,}(?!`)(?=[^`\n]*(?:\n|$))|~{3,}(?!~))([^\n]*)(?:\n|$)/.exec(source);
    if (!opening) return undefined;
    const [first, indent = '', mark = '', info = ''] = opening;
    const lang = info.trim().replace(/\\([!-/:-@[-`{-~])/g, '$1');
    const mayHost = hostsFences.test(/^\S*/.exec(lang)?.[0] ?? '');
    const end =
      (mayHost && endOfFence(source, first.length, mark, true, lexerOf(this).read.isGrowing)) ||
      endOfFence(source, first.length, mark, false, true);
    if (!end) return undefined;
    const lines = source.slice(first.length, end.text).split('\n');
    if (end.text > first.length && source.charAt(end.text - 1) === '\n') lines.pop();
    const unindent = (line: string) => line.slice(Math.min(indent.length, /^ */.exec(line)?.[0].length ?? 0));
    return { type: 'code', raw: source.slice(0, end.whole), lang, text: lines.map(unindent).join('\n') };
  },

  table(source) {
    const { formulas } = lexerOf(this).parser;
    const head = source.indexOf('\n');
    const rule = /^ {0,3}(?=[^\n]*-)[|: -]+(?:\n|$)/;
    if (head < 0 || !source.slice(0, head).includes('|') || !rule.test(source.slice(head + 1, head + 2000)))
      return false;
    const end = source.search(/\n[ \t]*(?:\n|$)/);
    const whole = end < 0 ? source : source.slice(0, end);
    const hidden = whole
      .split('\n')
      .map((line) => hidePipes(line, formulas))
      .join('\n');
    if (hidden === whole) return false;
    const token = Tokenizer.prototype.table.call(this, hidden + source.slice(whole.length));
    if (token) token.raw = token.raw.replaceAll(pipe, '|');
    return token;
  },

  html(source) {
    const lexer = lexerOf(this);
    const indent = /^ {0,3}(?=<)/.exec(source)?.[0].length;
    if (indent === undefined) return undefined;
    if (/^<(?:!--|!doctype)/i.test(source.slice(indent, indent + 9))) return false;
    const tag = tagAt(source, indent);
    if (!tag) {
      // A tag that is still being written.
      const name = /^<\/?([a-z][a-z\d-]*)[^<>]*$/i.exec(source.slice(indent, indent + 2000))?.[1]?.toLowerCase();
      return lexer.read.isGrowing && name && lexer.read.isElement(name) && !inlineTags.has(name) ? false : undefined;
    }
    return lexer.opensBlock(tag, source.slice(indent)) ? false : undefined;
  },

  def(source) {
    // `[Note]: important` are words.
    return addressLike.test(definition.exec(source.slice(0, 3000))?.[1] ?? '') ? false : undefined;
  },

  lheading(source) {
    const raw = this.rules.block.lheading.exec(source)?.[0];
    return raw !== undefined && cutOf(raw, source, lexerOf(this)) === undefined ? false : undefined;
  },

  paragraph(source) {
    checkBudget();
    const raw = this.rules.block.paragraph.exec(source)?.[0];
    if (raw === undefined) return undefined;
    return Tokenizer.prototype.paragraph.call(this, raw.slice(0, cutOf(raw, source, lexerOf(this))));
  },
};

const lexerOf = ({ lexer }: { lexer: unknown }) => lexer as BlockLexer;

/** Where something begins on a line of a paragraph that is not part of it: a formula, or what a footnote or a link is. */
function cutOf(raw: string, source: string, { parser, read }: BlockLexer): number | undefined {
  for (let at = raw.indexOf('\n') + 1; at > 0 && at < raw.length; at = raw.indexOf('\n', at) + 1) {
    const start = at + (/^ {0,3}/.exec(raw.slice(at, at + 3))?.[0].length ?? 0);
    const sign = raw.charAt(start);
    const line = sign === '[' ? raw.slice(at, at + 3000) : '';
    if (footnoteDefinition.test(line)) return at;
    // The paragraph is a line that only looks like the definition of a link.
    if (line && definition.test(raw) && addressLike.test(definition.exec(line)?.[1] ?? '')) return at;
    if (parser.formulas.starts.has(sign) && parser.formulas.blockAt(source.slice(at), read.isGrowing)) return at;
  }
  return undefined;
}

/**
 * Where the text of a fence ends, and the fence itself. With `isNested` it may hold others, each closed before it;
 * then nothing, where it holds none or they do not come out even, so that its first end is its end.
 */
function endOfFence(
  source: string,
  from: number,
  mark: string,
  isNested: boolean,
  mayBeOpen: boolean,
): { text: number; whole: number } | undefined {
  const sign = mark.charAt(0);
  const inner = new RegExp(`^ {0,3}${sign}{3,}[ \\t]*[\\w+#.-]+[^${sign}]*$`);
  let depth = 1;
  let holdsOthers = false;
  for (let at = from; at < source.length;) {
    const lineEnd = source.indexOf('\n', at);
    const end = lineEnd < 0 ? source.length : lineEnd;
    const line = source.slice(at, end);
    if (isNested && line.length < 200 && inner.test(line)) {
      depth++;
      holdsOthers = true;
    } else if (isFenceEnd(line, depth === 1 ? mark : sign.repeat(3)) && --depth === 0) {
      return isNested && !holdsOthers ? undefined : { text: at, whole: end };
    }
    at = end + 1;
  }
  return mayBeOpen && (holdsOthers || !isNested) ? { text: source.length, whole: source.length } : undefined;
}

function isFenceEnd(line: string, mark: string): boolean {
  const run = /^ {0,3}(`+|~+)[ \t]*$/.exec(line)?.[1];
  return run !== undefined && run.startsWith(mark);
}

/** Whether a pipe in what may be a formula divides cells: it has spaces around it and no brackets. */
function isDivided(formula: string): boolean {
  let depth = 0;
  for (let at = 0; at < formula.length; at++) {
    const sign = formula.charAt(at);
    if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth--;
    else if (sign === '|' && depth <= 0 && / \| /.test(formula.slice(at - 1, at + 2))) return true;
  }
  return false;
}

/** A line of a table with the pipes in formulas hidden. */
function hidePipes(line: string, formulas: Parser['formulas']): string {
  let hidden = '';
  const ends = new Map<string, number>();
  for (let at = 0; at < line.length;) {
    const sign = line.charAt(at);
    const code = sign === '`' ? /^(`+)(?!`)[^]*?[^`]\1(?!`)/.exec(line.slice(at))?.[0] : undefined;
    const formula = formulas.starts.has(sign) ? formulas.inlineAt(line, at, ends)?.raw : undefined;
    const isCell = formula && !isDivided(formula);
    const taken = code ?? (sign === '\\' && !formula ? line.slice(at, at + 2) : (formula ?? sign));
    hidden += isCell ? taken.replaceAll('|', pipe) : taken;
    at += taken.length;
  }
  return hidden;
}
