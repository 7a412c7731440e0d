import type { Delimiters } from '@salon/protocol';
import { isSpaceless } from './flanking';

/** What stands in delimiters. */
export interface Formula {
  /** The formula with its delimiters. */
  raw: string;
  text: string;
  display: boolean;
  /** Its end has not come yet. */
  isOpen?: boolean;
}

interface Kind {
  left: string;
  right: string;
  display: boolean;
}

const longest = 10_000;
const fence = '```math';
/** What KaTeX can set outside other formulas. */
const environment =
  /^\\begin\{((?:equation|align|aligned|alignat|alignedat|gather|gathered|split|cases|rcases|drcases|array|subarray|smallmatrix|[pbBvV]?matrix|CD)\*?)\}/;
const defaults: Kind[] = [
  { left: '$$', right: '$$', display: true },
  { left: '\\[', right: '\\]', display: true },
  { left: '\\(', right: '\\)', display: false },
  { left: '$', right: '$', display: false },
];

/** Finds formulas: those of an author's delimiters, or the usual ones. */
export class Formulas {
  /** Whether a fence named `math` holds a formula. */
  readonly hasFence: boolean;
  /** The first signs of what encloses formulas. */
  readonly starts: ReadonlySet<string>;
  /** Text in which neither a formula nor anything else of Markdown begins. */
  readonly plain: RegExp;
  readonly #kinds: Kind[];
  readonly #hasEnvironments: boolean;

  constructor(delimiters: readonly Delimiters[] | undefined) {
    const given = delimiters?.map(({ left, right, display = false }) => ({ left, right, display })) ?? defaults;
    this.hasFence = !delimiters || given.some(({ left }) => left.startsWith(fence));
    this.#hasEnvironments = !delimiters;
    // The longest first, so that the order in which they were given does not matter.
    this.#kinds = given
      .filter(({ left, right }) => left && right && !left.startsWith(fence))
      .sort((one, other) => other.left.length - one.left.length);
    const starts = this.#kinds.map(({ left }) => left.charAt(0));
    this.starts = new Set(this.#hasEnvironments ? [...starts, '\\'] : starts);
    const signs = [...this.starts].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    this.plain = new RegExp(`[^\\\\\n\`<*_~[\\]!${signs}]+`, 'y');
  }

  /** The formula that begins at `index`; `ends` keeps where delimiters were found, so that no part is searched twice. */
  inlineAt(source: string, index: number, ends: Map<string, number>): Formula | undefined {
    for (const kind of this.#kindsAt(source, index)) {
      const from = index + kind.left.length;
      const close = kind.left === '$' ? dollarAfter(source, index) : nextOf(source, kind.right, from, ends);
      if (close < 0 || close - from > longest) continue;
      const formula = made(kind, source.slice(index, close + kind.right.length));
      if (formula.text && (kind.left !== '$' || isFormula(source.slice(from, close)))) return formula;
    }
    return undefined;
  }

  /** Whether a formula seems to begin at `index` whose end has not come, on the last line. */
  mayBegin(source: string, index: number): boolean {
    const rest = source.slice(index, index + longest);
    if (rest.includes('\n')) return false;
    const [kind] = this.#kindsAt(source, index);
    if (!kind || /[\p{L}\p{N}$\\]/u.test(latinAt(source, index - 1))) return false;
    return kind.left !== '$' || (rest.length < 300 && /^\$[^\s\d$][^$]*$/.test(rest) && /[\\^_{=]/.test(rest));
  }

  /** The display formula that `source` begins with, as a block: nothing else stands on its lines. */
  blockAt(source: string, isGrowing: boolean): Formula | undefined {
    const indent = /^ {0,3}/.exec(source)?.[0].length ?? 0;
    for (const kind of this.#kindsAt(source, indent)) {
      if (!kind.display) continue;
      const from = indent + kind.left.length;
      const rest = source.slice(from, from + longest);
      const close = rest.indexOf(kind.right);
      const inner = close < 0 ? rest : rest.slice(0, close);
      if (/\n {0,3}```/.test(inner) || !mayHoldBlankLines(kind, inner)) continue;
      if (close < 0) {
        if (!isGrowing || source.length - from > longest || !inner.trim()) continue;
        return { ...made(kind, source), text: opened(kind, inner), isOpen: true };
      }
      const after = /^[ \t]*(?:\n+|$)/.exec(source.slice(from + close + kind.right.length));
      if (!after || !inner.trim()) continue;
      const raw = source.slice(indent, from + close + kind.right.length);
      return { ...made(kind, raw), raw: source.slice(0, indent) + raw + after[0] };
    }
    return undefined;
  }

  *#kindsAt(source: string, index: number): Generator<Kind> {
    for (const kind of this.#kinds) if (source.startsWith(kind.left, index)) yield kind;
    if (!this.#hasEnvironments || !source.startsWith('\\begin{', index)) return;
    const match = environment.exec(source.slice(index, index + 40));
    if (match) yield { left: match[0], right: `\\end{${match[1] ?? ''}}`, display: true };
  }
}

function made(kind: Kind, raw: string): Formula {
  const inner = raw.slice(kind.left.length, raw.length - kind.right.length).trim();
  return { raw, text: inner && isEnvironment(kind) ? raw.trim() : inner, display: kind.display };
}

/** What has come of a formula. */
const opened = (kind: Kind, inner: string) => (isEnvironment(kind) ? kind.left + inner : inner.trim());
const isEnvironment = ({ left }: Kind) => left.startsWith('\\begin{');

/** `$$` on a line of its own begins a formula; before words it may be anything, and only its paragraph is searched. */
function mayHoldBlankLines({ left }: Kind, inner: string): boolean {
  return left.startsWith('\\') || /^[ \t]*\n/.test(inner) || !/\n[ \t]*\n/.test(inner);
}

/** Where `right` comes next; `ends` remembers it for all that look for it. */
export function nextOf(source: string, right: string, from: number, ends: Map<string, number>): number {
  const known = ends.get(right);
  if (known !== undefined && (known >= from || known < 0)) return known;
  const found = source.indexOf(right, from);
  ends.set(right, found);
  return found;
}

/** Where the formula ends that begins with the dollar at `index`: on its line, where it can't be money. */
function dollarAfter(source: string, index: number): number {
  if (/[\p{L}\p{N}$\\]/u.test(latinAt(source, index - 1)) || source.charAt(index + 1) === '$') return -1;
  for (let at = index + 1; at < source.length && at - index < longest; at++) {
    const sign = source.charAt(at);
    if (sign === '\n') return -1;
    if (sign === '\\') at++;
    else if (sign === '$') return /[\p{L}\p{N}$]/u.test(latinAt(source, at + 1)) ? -1 : at;
  }
  return -1;
}

/** A letter of writing that has spaces between words; formulas may touch others. */
function latinAt(source: string, index: number): string {
  const sign = source.charAt(index);
  return isSpaceless(sign) || /[\ud800-\udfff]/.test(sign) ? '' : sign;
}

/** Tell `$x + y$` from the text between two prices. */
function isFormula(text: string): boolean {
  const words = text.replace(/\\[a-z]+\s*\{[^{}]*\}/gi, '');
  const hasSigns = /[\\^_={}]/.test(text);
  if (/^\s|\s$/.test(text) && !(/^\s.*\s$/.test(text) && hasSigns && !/^\s*\d/.test(text))) return false;
  if ([...words].some(isSpaceless) && (!hasSigns || /^\d/.test(text))) return false;
  return !(/^\d/.test(text) && /(?<!\\)\b[a-z]{3,}/i.test(words));
}
