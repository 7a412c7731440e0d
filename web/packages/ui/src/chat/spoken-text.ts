const fence = /^ {0,3}(?:```|~~~).*$/gm;
const tableRule = /^ {0,3}\|?[ :|-]*-[ :|-]*\|[ :|-]*$/gm;
const lineStart = /^ {0,3}(?:#{1,6}|>|[-*+])[ \t]+(?:\[[ xX]\][ \t]+)?/gm;
const link = /!?\[([^\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)/g;
const strong = /(\*\*|__|~~)(?=\S)(.*?\S)\1/g;
const emphasis = /(^|[\s(])([*_])(?=\S)([^*_\n]*?\S)\2(?![\p{L}\p{N}])/gmu;
const code = /(`+)([^`\n]+)\1/g;

/** A text in Markdown as it is to be spoken: without the signs that are for the eye. */
export function spokenText(markdown: string): string {
  return markdown
    .replace(fence, '')
    .replace(tableRule, '')
    .replace(lineStart, '')
    .replace(link, '$1')
    .replace(strong, '$2')
    .replace(emphasis, '$1$3')
    .replace(code, '$2')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
