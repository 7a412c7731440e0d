/** Letters and signs of writing that puts no spaces between words: what stands beside them says nothing about where a word ends. */
const spaceless =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Yi}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\u2e80-\u33ff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uffef]/u;
const punctuation = /[\p{P}\p{S}]/u;
const space = /\s/;
/** Marks that all languages share; they belong to the writing that they stand in. */
const shared = /[\u00b7\u2010-\u2027\u2030-\u205e]/;
/** They follow the sign that they belong to. */
const selectors = /[\ufe00-\ufe0f\u200d]|\udb40[\udd00-\uddef]/;

export const isSpaceless = (sign: string): boolean => spaceless.test(sign) && !space.test(sign);

/** What a run of `*`, `_` or `~` may do where it stands. */
export interface Flanking {
  canOpen: boolean;
  canClose: boolean;
  /** A single underscore within words without spaces: it pairs only with one that stands at the end of something. */
  isWeak: boolean;
}

/**
 * Say whether the run of `mark` from `start` to `end` may open or close emphasis.
 *
 * CommonMark's rules take it that words end in spaces or punctuation. Beside writing without spaces they
 * don't, so there a sign of that writing counts as both.
 */
export function flankingOf(source: string, start: number, end: number, mark: string): Flanking {
  const before = signBefore(source, start);
  const after = signAt(source, end);
  const isSpaceBefore = before === '' || space.test(before);
  const isSpaceAfter = after === '' || space.test(after);
  const isSpacelessBefore =
    !isSpaceBefore && belongsToSpaceless(before, () => signBefore(source, start - before.length));
  const isSpacelessAfter = !isSpaceAfter && belongsToSpaceless(after, () => signAt(source, end + after.length));
  const isMarkBefore = punctuation.test(before);
  const isMarkAfter = punctuation.test(after);
  const opens =
    !isSpaceAfter && (!isMarkAfter || isSpacelessAfter || isSpaceBefore || isMarkBefore || isSpacelessBefore);
  const closes =
    !isSpaceBefore && (!isMarkBefore || isSpacelessBefore || isSpaceAfter || isMarkAfter || isSpacelessAfter);
  if (mark !== '_') return { canOpen: opens, canClose: closes, isWeak: false };
  // An underscore within a word is part of a name, `file_name`. Without spaces nobody can tell; so `文件_名称_2` is one, too.
  const isWithin = isSpacelessBefore && isSpacelessAfter;
  return {
    canOpen: opens && (!closes || isMarkBefore || isWithin),
    canClose: closes && (!opens || isMarkAfter || isWithin),
    isWeak: isWithin && !isMarkBefore && !isMarkAfter && end - start === 1,
  };
}

function belongsToSpaceless(sign: string, neighbour: () => string): boolean {
  return isSpaceless(sign) || (shared.test(sign) && isSpaceless(neighbour()));
}

/** The sign that begins at `index`, or nothing at the end. */
function signAt(source: string, index: number): string {
  const code = source.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** The sign that ends before `index`, without what only says how it looks. */
function signBefore(source: string, index: number): string {
  let end = index;
  while (end > 0) {
    const isPair =
      end > 1 && /[\udc00-\udfff]/.test(source.charAt(end - 1)) && /[\ud800-\udbff]/.test(source.charAt(end - 2));
    const start = isPair ? end - 2 : end - 1;
    const sign = source.slice(start, end);
    if (!selectors.test(sign)) return sign;
    end = start;
  }
  return '';
}
