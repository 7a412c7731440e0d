import type { Tokens } from 'marked';

/** The kinds of callouts that GitHub has. */
export type AlertKind = 'note' | 'tip' | 'important' | 'warning' | 'caution';

/** Other names that are in use for them. */
const kinds: Record<string, AlertKind> = {
  note: 'note',
  info: 'note',
  abstract: 'note',
  summary: 'note',
  example: 'note',
  quote: 'note',
  todo: 'note',
  tip: 'tip',
  hint: 'tip',
  success: 'tip',
  check: 'tip',
  important: 'important',
  question: 'important',
  help: 'important',
  faq: 'important',
  warning: 'warning',
  attention: 'warning',
  caution: 'caution',
  danger: 'caution',
  error: 'caution',
  failure: 'caution',
  bug: 'caution',
};
const marker = /^\[!([a-z]+)\][+-]?[ \t]*/i;

interface InlineParser {
  parse(tokens: Tokens.Blockquote['tokens']): string;
  parseInline(tokens: Tokens.Blockquote['tokens']): string;
}

/** A quote that begins with `[!NOTE]` or its like, as a callout; `undefined` for others. */
export function renderAlert(parser: InlineParser, { tokens }: Tokens.Blockquote): string | undefined {
  const [first, ...others] = tokens;
  if (first?.type !== 'paragraph') return undefined;
  const { tokens: words = [] } = first as Tokens.Paragraph;
  const [start] = words;
  const match = start?.type === 'text' ? marker.exec(start.raw) : null;
  const kind = kinds[match?.[1]?.toLowerCase() ?? ''];
  if (!match || !kind || start?.type !== 'text') return undefined;
  const lead = start.raw.slice(match[0].length);
  const rest: typeof words = lead
    ? [{ ...start, raw: lead, text: lead } as Tokens.Text, ...words.slice(1)]
    : words.slice(1);
  // What stands on the marker's line is its title.
  const end = lead.startsWith('\n')
    ? 0
    : rest.findIndex(({ type, raw }) => type === 'br' || (type === 'text' && raw.includes('\n')));
  const title = lead.startsWith('\n') ? [] : rest.slice(0, end < 0 ? rest.length : end);
  const body = lead.startsWith('\n') ? rest : end < 0 ? [] : rest.slice(end);
  const broken = body[0];
  if (broken?.type === 'text' && title.length > 0) {
    const at = broken.raw.indexOf('\n');
    const tail = broken.raw.slice(at + 1);
    title.push({ ...broken, raw: broken.raw.slice(0, at), text: broken.raw.slice(0, at) } as Tokens.Text);
    body[0] = { ...broken, raw: tail, text: tail } as Tokens.Text;
  } else if (broken?.type === 'br') body.shift();
  const name = parser.parseInline(title).trim();
  const text = parser.parseInline(body).trim();
  const heading = `<p class="salon-alert-title">${name}</p>`;
  return `<div class="salon-alert" data-alert="${kind}">${heading}${text ? `<p>${text}</p>` : ''}${parser.parse(others)}</div>\n`;
}

/** Name the callouts that have no title of their own. */
export function nameAlerts(fragment: DocumentFragment, names: Record<AlertKind, string>): void {
  for (const alert of fragment.querySelectorAll<HTMLElement>('.salon-alert')) {
    const title = alert.querySelector('.salon-alert-title');
    const kind = alert.dataset['alert'] as AlertKind;
    if (title && !title.textContent?.trim()) title.textContent = names[kind];
    alert.setAttribute('role', 'note');
    alert.setAttribute('aria-label', title?.textContent ?? '');
  }
}
