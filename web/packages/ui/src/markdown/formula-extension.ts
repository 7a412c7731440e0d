import type { RendererExtension, TokenizerAndRendererExtension, Tokens } from 'marked';
import type { BlockLexer } from './block-lexer';
import { escapeHtml } from './escape-html';
import type { Formulas } from './formulas';

/** Formulas as blocks, and how those in lines look. */
export const formulaExtension = (formulas: Formulas): (TokenizerAndRendererExtension | RendererExtension)[] => [
  {
    name: 'formulaBlock',
    level: 'block',
    tokenizer(source) {
      const { isGrowing } = (this.lexer as unknown as BlockLexer).read;
      const formula = formulas.blockAt(source, isGrowing);
      return formula && { type: 'formulaBlock', ...formula };
    },
    renderer: (token) => `<div${attributes(token)}>${escapeHtml(token['text'])}</div>\n`,
  },
  { name: 'formula', renderer: (token) => `<span${attributes(token)}>${escapeHtml(token['text'])}</span>` },
];

const attributes = ({ display, isOpen }: Tokens.Generic) =>
  ` class="salon-math"${display ? ' data-display="true"' : ''}${isOpen ? ' data-open=""' : ''}`;
