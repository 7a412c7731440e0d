import type { RendererExtension, TokenizerAndRendererExtension } from 'marked';
import { escapeHtml } from './escape-html';

const definition =
  /^\[\^([^\]\s]+)\]:[ \t]*([^\n]*(?:\n(?!\[\^|[ \t]*\n)[^\n]+)*(?:\n(?:[ \t]*\n)+(?: {4}|\t)[^\n]+)*)(?:\n+|$)/;

/** Footnotes as GitHub writes them: `[^label]` in the text, `[^label]: words` anywhere else. */
export const footnoteExtension: (TokenizerAndRendererExtension | RendererExtension)[] = [
  {
    name: 'footnoteDefinition',
    level: 'block',
    tokenizer(source) {
      const match = definition.exec(source);
      if (!match) return undefined;
      const [raw, label = '', text = ''] = match;
      const tokens = this.lexer.blockTokens(text.replace(/\n(?: {1,4}|\t)/g, '\n'), []);
      return { type: 'footnoteDefinition', raw, label, tokens };
    },
    childTokens: ['tokens'],
    renderer(token) {
      const { label, tokens = [] } = token;
      const number = numberOf(label);
      const text = this.parser.parse(tokens);
      return `<div class="salon-footnote" data-label="${escapeHtml(label)}"><sup>${number}</sup><div>${text}</div></div>\n`;
    },
  },
  {
    name: 'footnoteReference',
    renderer: ({ label }) =>
      `<sup class="salon-footnote-mark" data-label="${escapeHtml(label)}">${numberOf(label)}</sup>`,
  },
];

let numbers = new Map<string, number>();

/** Number the footnotes that are rendered from now on in `footnotes`, which keeps the numbers given before. */
export function numberFootnotes(footnotes: Map<string, number>): void {
  numbers = footnotes;
}

function numberOf(label: string): number {
  const known = numbers.get(label);
  if (known !== undefined) return known;
  numbers.set(label, numbers.size + 1);
  return numbers.size;
}
