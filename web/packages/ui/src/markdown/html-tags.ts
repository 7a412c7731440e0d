/** A tag as it stands in a text. */
export interface Tag {
  raw: string;
  name: string;
  isClosing: boolean;
  /** It says something with a value, which words in angle brackets don't. */
  hasValues: boolean;
}

const openTag =
  /<([a-z][a-z\d-]*)((?:\s{1,200}[a-z_:@][\w.:-]*(?:\s{0,50}=\s{0,50}(?:"[^"]{0,9000}"|'[^']{0,9000}'|[^\s"'=<>`]{1,9000}))?){0,60})\s{0,200}\/?>/iy;
const closeTag = /<\/([a-z][a-z\d-]*)\s{0,200}>/iy;
const attribute = /([a-z_:@][\w.:-]*)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?/gi;
/** The attributes that HTML writes without a value. */
const flags = new Set(
  (
    'allowfullscreen async autofocus autoplay checked compact controls default defer disabled download hidden inert ' +
    'ismap itemscope loop multiple muted nomodule noshade novalidate nowrap open playsinline readonly required ' +
    'reversed selected'
  ).split(' '),
);

export const voidTags: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
/** Their end may be left out. */
export const optionalEnds: ReadonlySet<string> = new Set(
  'body caption colgroup dd dt head html li optgroup option p rp rt tbody td tfoot th thead tr'.split(' '),
);
/** They stand in a line of text, and end in the paragraph in which they begin. */
export const inlineTags: ReadonlySet<string> = new Set(
  (
    'a abbr acronym b bdi bdo big button cite code data del dfn em font i ins kbd label mark meter nobr output ' +
    'progress q rp rt ruby s samp small span strike strong sub sup time tt u var'
  ).split(' '),
);

/** The tag at `index`; words in angle brackets are none, although their first may be a tag's name. */
export function tagAt(source: string, index: number): Tag | undefined {
  closeTag.lastIndex = openTag.lastIndex = index;
  const closing = closeTag.exec(source);
  if (closing) return { raw: closing[0], name: lower(closing[1]), isClosing: true, hasValues: false };
  const match = openTag.exec(source);
  if (!match) return undefined;
  const [raw, name, attributes = ''] = match;
  let hasValues = false;
  for (const [, key, value] of attributes.matchAll(attribute)) {
    if (value === undefined && !flags.has(lower(key))) return undefined;
    hasValues ||= value !== undefined;
  }
  return { raw, name: lower(name), isClosing: false, hasValues };
}

const lower = (name = '') => name.toLowerCase();
