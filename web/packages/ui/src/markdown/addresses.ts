import { isSpaceless } from './flanking';

/** A place in a text that is an address though nothing marks it as a link. */
export interface Address {
  start: number;
  end: number;
  href: string;
}

const beginning = /(?<![a-z\d])(?:(https?|ftp):\/\/|(?<![/.@:_-])www\.)/gi;
const host = /(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)*[\p{L}\p{M}\p{N}-]+/uy;
const localPart = /[a-z\d._+-]/i;
const domain = /[a-z\d-]+(?:\.[a-z\d_-]+)*\.[a-z\d_-]*[a-z\d](?![\w-])/iy;
const longestLocalPart = 64;
/** What ends an address wherever it stands: spaces, brackets and quotes of other writing, `**` and the like. */
const end = /[\s<>`"|\\^{}\p{Cc}]|(?![\x20-\x7e])[\p{P}\p{S}]|\*\*|~~/u;
const trailing = /(?:[?!.,:;*_'~]|&[a-z\d]+;)$/i;
const closers: Record<string, string> = { ')': '(', ']': '[' };
/** Words that Korean and Japanese put right behind a name. */
const particle =
  /^(?:(?:에서|에게|에|를|을|은|는|이|가|의|로|으로|와|과|도|만)(?![\p{scx=Hang}])|[をにはがのともへで](?![\p{scx=Hira}])|を|から|まで|より|という|です)/u;

/** Find the bare addresses of a text, in order. Chinese, Japanese and Korean go on right behind one. */
export function findAddresses(source: string): Address[] {
  const found: Address[] = [];
  if (/:\/\/|www\./i.test(source)) {
    for (const match of source.matchAll(beginning)) {
      if (match.index < (found.at(-1)?.end ?? 0)) continue;
      const address = webAddress(source, match.index, match[0]);
      if (address) found.push(address);
    }
  }
  if (!source.includes('@')) return found;
  return [...found, ...mailAddresses(source, found)].sort((one, other) => one.start - other.start);
}

function webAddress(source: string, start: number, scheme: string): Address | undefined {
  const isWww = /^www/i.test(scheme);
  const from = start + (isWww ? 0 : scheme.length);
  const name = matchAt(host, source, from);
  if (!name) return undefined;
  let at = from + hostLength(name);
  const hostEnd = at;
  if (hostEnd === from || (isWww && !/\.[a-z\d-]+\.[a-z]/i.test(`.${source.slice(from, hostEnd)}`))) return undefined;
  if (/[:/?#]/.test(source.charAt(at))) at = pathEnd(source, at);
  at = withoutTrailing(source, hostEnd, at);
  const text = source.slice(start, at);
  return { start, end: at, href: isWww ? `http://${text}` : text };
}

/** How much of what looks like a host is one: `example.com请` ends before `请`, `例子.中国` is a name of its own. */
function hostLength(name: string): number {
  let length = 0;
  for (const label of name.split('.')) {
    const cut = /^[\x20-\x7e]/.test(label) ? (/^[\x20-\x7e]+/.exec(label)?.[0] ?? '') : label;
    // After a Latin label only a Latin one follows, or `example.然后` would be a host.
    if (length > 0 && !/^[\x20-\x7e]/.test(label) && /[a-z\d]$/i.test(name.slice(0, length))) break;
    length += (length > 0 ? 1 : 0) + cut.length;
    if (cut.length < label.length) break;
  }
  return length;
}

/** Letters of other writing belong to a path where a part of it begins with them, not right behind a Latin word. */
function pathEnd(source: string, from: number): number {
  let at = from;
  let slashes = 0;
  while (at < source.length) {
    const sign = String.fromCodePoint(source.codePointAt(at) ?? 0);
    const pair = sign + source.charAt(at + 1);
    if (end.test(sign) || pair === '**' || pair === '~~') break;
    if (sign === '/') slashes++;
    if (isSpaceless(sign)) {
      const before = source.charAt(at - 1);
      const isInRun = isSpaceless(before);
      const begins = /[/=#?&_%+.:-]/.test(before) && !(before === '/' && slashes < 2);
      if (!isInRun && (!begins || particle.test(source.slice(at, at + 4)))) break;
    }
    at += sign.length;
  }
  return at;
}

function withoutTrailing(source: string, from: number, to: number): number {
  let at = to;
  const counts = new Map<string, number>();
  for (const sign of source.slice(from, to)) if ('()[]'.includes(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  while (at > from) {
    const last = source.charAt(at - 1);
    const opener = closers[last];
    if (opener) {
      const count = counts.get(last) ?? 0;
      if (count <= (counts.get(opener) ?? 0)) break;
      counts.set(last, count - 1);
      at--;
      continue;
    }
    const mark = trailing.exec(last === ';' ? source.slice(Math.max(from, at - 32), at) : last);
    if (!mark) break;
    at -= mark[0].length;
  }
  return at;
}

function* mailAddresses(source: string, taken: readonly Address[]): Generator<Address> {
  let last = 0;
  let next = 0;
  for (let at = source.indexOf('@'); at >= 0; at = source.indexOf('@', at + 1)) {
    while ((taken[next]?.end ?? Infinity) <= at) last = Math.max(last, taken[next++]?.end ?? 0);
    if ((taken[next]?.start ?? Infinity) <= at) continue;
    let start = at;
    while (start > last && at - start < longestLocalPart && localPart.test(source.charAt(start - 1))) start--;
    const name = start < at ? matchAt(domain, source, at + 1) : undefined;
    if (!name) continue;
    const end = at + 1 + name.length;
    const prefix = /(?:mailto|xmpp):$/i.exec(source.slice(Math.max(last, start - 7), start))?.[0] ?? '';
    last = end;
    const text = source.slice(start, end);
    yield { start: start - prefix.length, end, href: prefix ? prefix + text : `mailto:${text}` };
  }
}

function matchAt(pattern: RegExp, source: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(source)?.[0];
}
