import type { Delimiters } from '@salon/protocol';
import type { TokenizerAndRendererExtension, Tokens } from 'marked';
import { escapeHtml } from './escape-html';

const block =
  /^ {0,3}(?:\$\$((?:(?!\n[ \t]*\n)(?!\$\$)[\s\S])+?)\$\$|\\\[((?:(?!\n[ \t]*\n)[\s\S])+?)\\\])[ \t]*(?:\n+|$)/;
const inlineDisplay = /^(?:\$\$((?:(?!\$\$)[\s\S])+?)\$\$|\\\[([\s\S]+?)\\\])/;
const inlineBracket = /^\\\(([\s\S]+?)\\\)/;
const inlineDollar = /^\$((?:\\[\s\S]|[^\\$\n])+?)\$(?![\p{L}\p{N}$])/u;

const renderInline = (token: Tokens.Generic) =>
  `<span class="salon-math"${token['display'] ? ' data-display="true"' : ''}>${escapeHtml(token['text'])}</span>`;

/** Formulas in `$$…$$`, `\[…\]`, `\(…\)` and, where it can't be money, `$…$`. */
export const mathExtension: TokenizerAndRendererExtension[] = [
  {
    name: 'mathBlock',
    level: 'block',
    start: (source) => source.match(/(?:^|\n) {0,3}(?:\$\$|\\\[)/)?.index,
    tokenizer: (source) => formula('mathBlock', block.exec(source), true),
    renderer: (token) => `<div class="salon-math" data-display="true">${escapeHtml(token['text'])}</div>\n`,
  },
  {
    name: 'mathInline',
    level: 'inline',
    start: (source) => source.match(/(?<![\p{L}\p{N}$\\])\$|\\[([]/u)?.index,
    tokenizer(source) {
      const display = formula('mathInline', inlineDisplay.exec(source), true);
      if (display) return display;
      const bracket = formula('mathInline', inlineBracket.exec(source), false);
      if (bracket) return bracket;
      const dollar = inlineDollar.exec(source);
      return dollar && isFormula(dollar[1] ?? '') ? formula('mathInline', dollar, false) : undefined;
    },
    renderer: renderInline,
  },
];

function formula(type: string, match: RegExpExecArray | null, display: boolean): Tokens.Generic | undefined {
  const text = (match?.[1] ?? match?.[2])?.trim();
  return match && text ? { type, raw: match[0], text, display } : undefined;
}

/** Tell `$x + y$` from the text between two prices. */
function isFormula(text: string): boolean {
  if (/^\s|\s$/.test(text)) return false;
  if (/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/.test(text)) return false;
  return !(/^\d/.test(text) && /(?<!\\)\b[a-z]{3,}/i.test(text));
}

/** Formulas in just these delimiters. */
export function enclosedMath(delimiters: readonly Delimiters[]): TokenizerAndRendererExtension[] {
  return delimiters.map(({ left, right, display = false }, index) => {
    const enclosed = new RegExp(`^${escapePattern(left)}([\\s\\S]+?)${escapePattern(right)}`);
    const name = `mathEnclosed${index}`;
    return {
      name,
      level: 'inline',
      start: (source) => {
        const at = source.indexOf(left);
        return at < 0 ? undefined : at;
      },
      tokenizer: (source) => formula(name, enclosed.exec(source), display),
      renderer: renderInline,
    };
  });
}

const escapePattern = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
