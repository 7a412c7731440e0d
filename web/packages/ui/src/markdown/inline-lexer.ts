import type { Token } from 'marked';
import { findAddresses, type Address } from './addresses';
import { flankingOf } from './flanking';
import { nextOf, type Formulas } from './formulas';
import { optionalEnds, tagAt, voidTags } from './html-tags';
import type { Links } from './links';

/** What decides how a line of text is read. */
export interface InlineRules {
  formulas: Formulas;
  /** Whether a single line break is one. */
  lineBreaks: boolean;
  links: Links;
  /** Whether a name is that of an element that a text may use. */
  isElement: (name: string) => boolean;
  /** Whether a tag that is no element is shown as it was written. */
  isShown: (name: string) => boolean;
  /** More may follow: what is not closed yet looks as if it were. */
  isGrowing: boolean;
  /** Called every now and then; throws when reading has taken too long. */
  onStep: () => void;
}

/** One thing after the other, in a list from which parts are taken out and put into others. */
interface Piece {
  /** Nothing for text. */
  token: Token | undefined;
  text: string;
  /** How many elements are in each other here. */
  depth: number;
  previous: Piece | undefined;
  next: Piece | undefined;
}

/** A run of `*`, `_` or `~~` that may begin or end emphasis. */
interface Run {
  piece: Piece;
  mark: string;
  count: number;
  length: number;
  canOpen: boolean;
  canClose: boolean;
  isWeak: boolean;
  line: number;
  previous?: Run | undefined;
  next?: Run | undefined;
}

interface Bracket {
  piece: Piece;
  /** Where the text in it begins. */
  index: number;
  isImage: boolean;
  /** False within a link: links hold no others. */
  isActive: boolean;
  run: Run | undefined;
  line: number;
}

interface Target {
  /** Nothing where its address has not come yet. */
  href: string | undefined;
  title: string | null;
  /** Where the link ends. */
  end: number;
}

interface OpenTag {
  token: Token;
  name: string;
  index: number;
  hasValues: boolean;
}

const longestRun = 32;
const deepest = 50;
const longestLabel = 999;
const longestAddress = 2000;
const deepestParentheses = 32;

const escaped = /[!-/:-@[-`{-~]/;
const autolink = /<((?:https?|ftp|mailto|tel|xmpp):[^\s<>]*|[a-z][a-z\d+.-]{1,31}:\/\/[^\s<>]*)>/iy;
const mailLink = /<([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d-]{1,63})+)>/iy;
const footnote = /\[\^([^\]\s]{1,100})\](?!:)/y;
const doctype = /<!doctype[^<>]*>/iy;
const target = /[ \t\n]*(?:<((?:\\.|[^\n<>\\])*)>)?/y;
const title = /[ \t\n]+("(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\((?:\\[\s\S]|[^()\\])*\))/y;
const linkEnd = /[ \t\n]*\)/y;

/**
 * Read one run of text: CommonMark's algorithm for emphasis and links, which takes time in proportion to the text,
 * with GitHub's extensions, formulas, and rules for writing without spaces.
 */
export function lexInline(source: string, rules: InlineRules): Token[] {
  return new InlineLexer(source, rules).lex();
}

class InlineLexer {
  #source: string;
  #rules: InlineRules;
  #at = 0;
  #line = 0;
  #first: Piece = { token: undefined, text: '', depth: 0, previous: undefined, next: undefined };
  #last: Piece = this.#first;
  #lastRun: Run | undefined;
  #brackets: Bracket[] = [];
  #addresses: Address[];
  #nextAddress = 0;
  #tags = new Map<string, OpenTag[]>();
  #ends = new Map<string, number>();
  #ticks: Map<number, number[]> | undefined;
  #lastLine: number;

  constructor(source: string, rules: InlineRules) {
    this.#source = source;
    this.#rules = rules;
    this.#addresses = findAddresses(source);
    this.#lastLine = rules.isGrowing ? source.lastIndexOf('\n') + 1 : Infinity;
  }

  lex(): Token[] {
    const { formulas, onStep } = this.#rules;
    const plain = formulas.plain;
    for (let step = 1; this.#at < this.#source.length; step++) {
      if (step % 256 === 0) onStep();
      const address = this.#addressFrom();
      if (address?.start === this.#at) {
        this.#addLink(this.#source.slice(address.start, address.end), address.href, address.end);
        continue;
      }
      plain.lastIndex = this.#at;
      const run = plain.exec(this.#source)?.[0] ?? '';
      if (run) {
        const end = Math.min(this.#at + run.length, address?.start ?? Infinity);
        this.#addText(this.#source.slice(this.#at, end));
        this.#at = end;
      } else this.#readSign();
    }
    if (this.#rules.isGrowing) this.#hideEnd();
    this.#pairRuns(undefined);
    if (this.#rules.isGrowing) this.#closeRuns();
    this.#settleTags();
    return tokensOf(this.#first.next);
  }

  #addressFrom(): Address | undefined {
    while ((this.#addresses[this.#nextAddress]?.start ?? Infinity) < this.#at) this.#nextAddress++;
    return this.#addresses[this.#nextAddress];
  }

  #readSign(): void {
    const sign = this.#source.charAt(this.#at);
    if (this.#rules.formulas.starts.has(sign) && this.#readFormula()) return;
    if (sign === '\\') this.#readEscape();
    else if (sign === '\n') this.#readLineEnd(false);
    else if (sign === '`') this.#readCode();
    else if (sign === '<') this.#readAngle();
    else if (sign === '*' || sign === '_' || sign === '~') this.#readRun(sign);
    else if (sign === '[' && this.#readFootnote()) return;
    else if (sign === '[') this.#openBracket(false);
    else if (sign === '!' && this.#source.charAt(this.#at + 1) === '[') this.#openBracket(true);
    else if (sign === ']') this.#closeBracket();
    else this.#take(sign);
  }

  #add(token: Token | undefined, text: string, depth: number): Piece {
    const piece: Piece = { token, text, depth, previous: this.#last, next: undefined };
    this.#last.next = piece;
    this.#last = piece;
    return piece;
  }

  #addToken(token: Record<string, unknown> & { type: string }, end: number): void {
    this.#add({ raw: this.#source.slice(this.#at, end), ...token } as Token, '', 0);
    this.#at = end;
  }

  #addText(text: string): Piece {
    return this.#add(undefined, text, 0);
  }

  #take(text: string): void {
    this.#addText(text);
    this.#at += text.length;
  }

  #addLink(text: string, href: string, end: number): void {
    this.#addToken({ type: 'link', text, href, title: null, isBare: true, tokens: [textToken(text)] }, end);
  }

  #readFormula(): boolean {
    const { formulas, isGrowing } = this.#rules;
    const formula = formulas.inlineAt(this.#source, this.#at, this.#ends);
    if (formula) {
      const { raw, text, display } = formula;
      this.#addToken({ type: 'formula', text, display }, this.#at + raw.length);
      return true;
    }
    if (!isGrowing || !formulas.mayBegin(this.#source, this.#at)) return false;
    this.#take(this.#source.slice(this.#at));
    return true;
  }

  #readEscape(): void {
    const next = this.#source.charAt(this.#at + 1);
    if (next === '\n') {
      this.#at++;
      this.#readLineEnd(true);
    } else if (escaped.test(next)) this.#addToken({ type: 'escape', text: next }, this.#at + 2);
    else this.#take('\\');
  }

  #readLineEnd(isBreak: boolean): void {
    const spaces = this.#last.token ? 0 : (/ *$/.exec(this.#last.text)?.[0].length ?? 0);
    if (spaces > 0) this.#last.text = this.#last.text.slice(0, -spaces);
    const end = this.#at + 1 + (/^[ \t]*/.exec(this.#source.slice(this.#at + 1, this.#at + 200))?.[0].length ?? 0);
    this.#line++;
    if (isBreak || spaces > 1 || this.#rules.lineBreaks) this.#addToken({ type: 'br' }, end);
    else {
      this.#addText('\n');
      this.#at = end;
    }
  }

  #readCode(): void {
    const run = lengthOfRun(this.#source, this.#at, '`');
    const from = this.#at + run;
    let close = this.#ticksAfter(run, from);
    let end = close + run;
    if (close < 0) {
      if (!this.#isAtGrowingEnd(this.#at) || from >= this.#source.length) {
        this.#take('`'.repeat(run));
        return;
      }
      close = this.#source.length;
      while (close > from && this.#source.charAt(close - 1) === '`') close--;
      end = this.#source.length;
    }
    let text = this.#source.slice(from, close).replace(/\n/g, ' ');
    if (/^ .* $/.test(text) && text.trim()) text = text.slice(1, -1);
    this.#addToken({ type: 'codespan', text }, end);
  }

  /** Where the next run of so many backticks begins. */
  #ticksAfter(length: number, from: number): number {
    if (!this.#ticks) {
      this.#ticks = new Map();
      for (const { 0: run, index } of this.#source.matchAll(/`+/g)) {
        const known = this.#ticks.get(run.length);
        if (known) known.push(index);
        else this.#ticks.set(run.length, [index]);
      }
      for (const places of this.#ticks.values()) places.reverse();
    }
    const places = this.#ticks.get(length);
    while (places && (places.at(-1) ?? Infinity) < from) places.pop();
    return places?.at(-1) ?? -1;
  }

  #readAngle(): void {
    const source = this.#source;
    const link = matchAt(autolink, source, this.#at);
    if (link) return this.#addLink(link[1] ?? '', link[1] ?? '', this.#at + link[0].length);
    const mail = matchAt(mailLink, source, this.#at);
    if (mail) return this.#addLink(mail[1] ?? '', `mailto:${mail[1] ?? ''}`, this.#at + mail[0].length);
    const comment = source.startsWith('<!--', this.#at) ? this.#endOf('-->', this.#at + 4) : -1;
    if (comment >= 0) return this.#addToken({ type: 'html', text: '' }, comment + 3);
    const type = matchAt(doctype, source, this.#at);
    if (type) return this.#addToken({ type: 'html', text: '' }, this.#at + type[0].length);
    const tag = tagAt(source, this.#at);
    const isElement = tag && this.#rules.isElement(tag.name);
    if (!tag || (!isElement && this.#rules.isShown(tag.name))) return this.#take('<');
    const { raw, name, isClosing, hasValues } = tag;
    const index = this.#at;
    // What they hold is not Markdown.
    const end = isElement && !isClosing && /^(?:svg|math)$/.test(name) ? this.#endOf(`</${name}>`, index) : -1;
    if (end >= 0) {
      const whole = source.slice(index, end + name.length + 3);
      return this.#addToken({ type: 'html', text: whole, block: false }, index + whole.length);
    }
    this.#addToken({ type: 'html', text: raw, block: false }, index + raw.length);
    const { token } = this.#last;
    if (!isElement || !token || voidTags.has(name)) return undefined;
    const open = this.#tags.get(name) ?? [];
    if (!isClosing) open.push({ token, name, index, hasValues });
    // An end without its beginning is a word, too.
    else if (!open.pop() && !optionalEnds.has(name)) makeText(token);
    this.#tags.set(name, open);
    return undefined;
  }

  #endOf(sign: string, from: number): number {
    return nextOf(this.#source, sign, from, this.#ends);
  }

  /** A tag that nothing closes is a word: `List<I>`, `Time: <time>`. */
  #settleTags(): void {
    for (const open of this.#tags.values()) {
      for (const { token, name, index, hasValues } of open) {
        const isInWord = /[\p{L}\p{N}_]/u.test(this.#source.charAt(index - 1));
        const after = this.#source.charAt(index + token.raw.length);
        const mayClose = this.#isAtGrowingEnd(index) && !/[\s\p{P}]/u.test(after);
        const isTag = !isInWord && (hasValues || optionalEnds.has(name) || mayClose);
        if (!isTag) makeText(token);
      }
    }
  }

  #readFootnote(): boolean {
    const match = matchAt(footnote, this.#source, this.#at);
    if (!match) return false;
    this.#addToken({ type: 'footnoteReference', label: match[1] }, this.#at + match[0].length);
    return true;
  }

  #openBracket(isImage: boolean): void {
    const sign = isImage ? '![' : '[';
    const piece = this.#addText(sign);
    this.#at += sign.length;
    this.#brackets.push({ piece, index: this.#at, isImage, isActive: true, run: this.#lastRun, line: this.#line });
  }

  #closeBracket(): void {
    const bracket = this.#brackets.pop();
    const found = bracket?.isActive ? (this.#readTarget() ?? this.#readReference(bracket)) : undefined;
    if (!bracket || !found) {
      this.#take(']');
      return;
    }
    this.#pairRuns(bracket.run);
    this.#lastRun = bracket.run;
    if (bracket.run) bracket.run.next = undefined;
    const text = this.#source.slice(bracket.index, this.#at);
    const inner = bracket.piece.next;
    if (inner) inner.previous = undefined;
    this.#last = bracket.piece;
    this.#last.next = undefined;
    this.#last.text = '';
    const tokens = tokensOf(inner);
    const { href, title, end } = found;
    if (href === undefined) {
      // Its address has not come yet: so far it is its words.
      for (const token of tokens) this.#add(token, '', 1);
      this.#at = end;
      return;
    }
    const raw = this.#source.slice(bracket.index - 1, end);
    if (bracket.isImage) this.#addToken({ type: 'image', raw, href, title, text, tokens }, end);
    else {
      unlink(tokens);
      this.#addToken({ type: 'link', raw, href, title, text, tokens }, end);
      for (let index = this.#brackets.length - 1; index >= 0; index--) {
        const outer = this.#brackets[index];
        if (!outer || (!outer.isActive && !outer.isImage)) break;
        if (!outer.isImage) outer.isActive = false;
      }
    }
    this.#last.depth = 1 + depthOf(inner);
  }

  /** The address behind `](`. */
  #readTarget(): Target | undefined {
    const source = this.#source;
    if (source.charAt(this.#at + 1) !== '(') return undefined;
    const opened = matchAt(target, source, this.#at + 2);
    let at = this.#at + 2 + (opened?.[0].length ?? 0);
    let href = opened?.[1];
    if (href === undefined) {
      const start = at;
      at = endOfTarget(source, start);
      href = source.slice(start, Math.max(start, at));
    }
    const hasEnded = at >= 0;
    const named = hasEnded ? matchAt(title, source, at) : undefined;
    at += named?.[0].length ?? 0;
    const closing = hasEnded ? matchAt(linkEnd, source, at) : undefined;
    if (closing) {
      const name = named?.[1]?.slice(1, -1);
      return { href: unescape(href), title: name === undefined ? null : unescape(name), end: at + closing[0].length };
    }
    const isNearEnd = this.#isAtGrowingEnd(this.#at) && source.length - this.#at < longestAddress;
    const rest = isNearEnd ? source.slice(this.#at + 2) : '\n';
    if (!/^(?:<[^>]*|[^\s)]*(?:[ \t]+(?:["'(].*)?)?)$/.test(rest)) return undefined;
    return { href: undefined, title: null, end: source.length };
  }

  /** `[text][label]`, `[label][]` and `[label]`, where the label is defined. */
  #readReference({ index }: Bracket): Target | undefined {
    const { links } = this.#rules;
    const source = this.#source;
    const after = this.#at + 1;
    if (source.charAt(after) === '[') {
      const close = this.#endOf(']', after);
      const label = close < 0 || close - after > longestLabel ? '' : source.slice(after + 1, close);
      const isWhole = close >= 0 && !label.includes('[');
      const link = isWhole ? linkOf(links, label.trim() ? label : source.slice(index, this.#at)) : undefined;
      if (link?.href) return { href: link.href, title: link.title, end: close + 1 };
    }
    if (this.#at - index > longestLabel) return undefined;
    const link = linkOf(links, source.slice(index, this.#at));
    return link?.href ? { href: link.href, title: link.title, end: after } : undefined;
  }

  #readRun(mark: string): void {
    const start = this.#at;
    const length = lengthOfRun(this.#source, start, mark);
    const text = mark.repeat(length);
    this.#take(text);
    // One tilde is a tilde, and long runs are lines.
    if (length > longestRun || (mark === '~' && length !== 2)) return;
    const { canOpen, canClose, isWeak } = flankingOf(this.#source, start, start + length, mark);
    if (!canOpen && !canClose) return;
    const run: Run = {
      piece: this.#last,
      mark,
      count: length,
      length,
      canOpen,
      canClose,
      isWeak,
      line: this.#line,
      previous: this.#lastRun,
    };
    if (this.#lastRun) this.#lastRun.next = run;
    this.#lastRun = run;
  }

  /** Pair the runs after `bottom`: CommonMark's "process emphasis". */
  #pairRuns(bottom: Run | undefined): void {
    const bottoms = new Map<string, Run | undefined>();
    let closer = this.#lastRun === bottom ? undefined : this.#lastRun;
    while (closer && closer.previous !== bottom) closer = closer.previous;
    let step = 0;
    while (closer) {
      if (++step % 256 === 0) this.#rules.onStep();
      if (!closer.canClose) {
        closer = closer.next;
        continue;
      }
      const key = `${closer.mark}${closer.canOpen}${closer.isWeak}${closer.length % 3}`;
      const least = bottoms.has(key) ? bottoms.get(key) : bottom;
      let opener = closer.previous;
      while (opener && opener !== least && opener !== bottom && !pairs(opener, closer)) opener = opener.previous;
      const isFound = opener && opener !== least && opener !== bottom;
      if (opener && isFound && this.#wrap(opener, closer)) {
        if (closer.count === 0) closer = closer.next;
        continue;
      }
      bottoms.set(key, closer.previous);
      const { next }: Run = closer;
      if (!closer.canOpen) this.#remove(closer);
      closer = next;
    }
  }

  /** Put what stands between two runs into an element; not where elements are too deep in each other. */
  #wrap(opener: Run, closer: Run): boolean {
    const inner = opener.piece.next;
    const last = closer.piece.previous;
    if (!inner || !last) return false;
    let depth = 0;
    for (let piece: Piece | undefined = inner; piece && piece !== closer.piece; piece = piece.next) {
      depth = Math.max(depth, piece.depth);
    }
    if (depth >= deepest) return false;
    const use = opener.count > 1 && closer.count > 1 ? 2 : 1;
    for (let run = closer.previous; run && run !== opener; run = run.previous) this.#remove(run);
    inner.previous = undefined;
    last.next = undefined;
    const tokens = tokensOf(inner);
    const token = emphasis(opener.mark, use, tokens);
    const piece: Piece = { token, text: '', depth: depth + 1, previous: opener.piece, next: closer.piece };
    opener.piece.next = piece;
    closer.piece.previous = piece;
    for (const run of [opener, closer]) {
      run.count -= use;
      run.piece.text = run.mark.repeat(run.count);
      if (run.count === 0) this.#remove(run);
    }
    return true;
  }

  #remove(run: Run): void {
    if (run.previous) run.previous.next = run.next;
    if (run.next) run.next.previous = run.previous;
    if (this.#lastRun === run) this.#lastRun = run.previous;
  }

  #isAtGrowingEnd(index: number): boolean {
    return index >= this.#lastLine;
  }

  /** Take away what only shows that something has begun: the bracket of a link, marks of which more may come. */
  #hideEnd(): void {
    for (const { piece, line, index } of this.#brackets) {
      if (line !== this.#line) continue;
      piece.text = '';
      if (this.#source.charAt(index) === '^') this.#cutAfter(piece);
    }
    const run = this.#lastRun?.piece === this.#last ? this.#lastRun : undefined;
    if (run) {
      let opener = run.previous;
      while (opener && (opener.mark !== run.mark || !opener.canOpen)) opener = opener.previous;
      if (opener && run.canClose && opener.line === this.#line) {
        run.count = run.length = opener.count;
        run.canOpen = false;
      } else {
        this.#remove(run);
        run.piece.text = '';
      }
    } else if (!this.#last.token && /^[*_~]+$/.test(this.#last.text)) this.#last.text = '';
  }

  #cutAfter(piece: Piece): void {
    piece.next = undefined;
    this.#last = piece;
  }

  /** Close what is still open on the last line. */
  #closeRuns(): void {
    for (let run = this.#lastRun; run; run = run.previous) {
      if (!run.canOpen || run.isWeak || run.line !== this.#line || run.count === 0) continue;
      while (run.count > 0 && run.piece.next) {
        const use = run.count > 1 ? 2 : 1;
        const depth = depthOf(run.piece.next);
        if (depth >= deepest) return;
        const tokens = tokensOf(run.piece.next);
        run.count -= use;
        run.piece.text = run.mark.repeat(run.count);
        const token = emphasis(run.mark, use, tokens);
        run.piece.next = { token, text: '', depth: depth + 1, previous: run.piece, next: undefined };
      }
    }
  }
}

function pairs(opener: Run, closer: Run): boolean {
  if (!opener.canOpen || opener.mark !== closer.mark) return false;
  if (opener.mark === '~') return true;
  if (opener.isWeak && closer.isWeak) return false;
  const mayBeBoth = closer.canOpen || opener.canClose;
  return !(mayBeBoth && closer.length % 3 !== 0 && (opener.length + closer.length) % 3 === 0);
}

function emphasis(mark: string, use: number, tokens: Token[]): Token {
  const type = mark === '~' ? 'del' : use === 2 ? 'strong' : 'em';
  return { type, raw: '', text: '', tokens };
}

const textToken = (text: string): Token => ({ type: 'text', raw: text, text, escaped: false });

function makeText(token: Token): void {
  Object.assign(token, { type: 'text', text: token.raw, escaped: false });
}

function tokensOf(first: Piece | undefined): Token[] {
  const tokens: Token[] = [];
  let text = '';
  const flush = () => {
    if (text) tokens.push(textToken(text));
    text = '';
  };
  for (let piece = first; piece; piece = piece.next) {
    if (!piece.token) text += piece.text;
    else {
      flush();
      tokens.push(piece.token);
    }
  }
  flush();
  return tokens;
}

function depthOf(first: Piece | undefined): number {
  let depth = 0;
  for (let piece = first; piece; piece = piece.next) depth = Math.max(depth, piece.depth);
  return depth;
}

/** Bare addresses in a link's words are words. */
function unlink(tokens: Token[]): void {
  for (const token of tokens) {
    if (token.type === 'link' && 'isBare' in token) Object.assign(token, textToken(token.raw), { tokens: undefined });
    else if ('tokens' in token && token.tokens) unlink(token.tokens);
  }
}

/** Where an address without angle brackets ends, parentheses in pairs; -1 where it doesn't. */
function endOfTarget(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    const sign = source.charAt(at);
    if (sign === '\\' && escaped.test(source.charAt(at + 1))) at++;
    else if (sign === '(' && ++depth > deepestParentheses) return -1;
    else if (sign === ')' && --depth < 0) return at;
    else if (sign <= ' ') return depth === 0 ? at : -1;
  }
  return -1;
}

function linkOf(links: Links, label: string): Links[string] | undefined {
  const normal = label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase().toLowerCase();
  return Object.hasOwn(links, normal) ? links[normal] : undefined;
}

const unescape = (text: string) => text.replace(/\\([!-/:-@[-`{-~])/g, '$1');

function lengthOfRun(source: string, start: number, sign: string): number {
  let end = start;
  while (source.charAt(end) === sign) end++;
  return end - start;
}

function matchAt(pattern: RegExp, source: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(source);
}
