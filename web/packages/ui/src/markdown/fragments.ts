import { renderMath } from './render-math';
import { parserFor, tamed, type MarkdownRules } from './parser';
import { sanitize } from './sanitize';

/** Show one line of Markdown, of which nothing can be pressed: it names something that can. */
export function showLine(target: HTMLElement, text: string, rules: MarkdownRules): void {
  const fragment = sanitize(parserFor(rules).line(text));
  for (const link of fragment.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  for (const picture of fragment.querySelectorAll('img, picture, video, audio')) picture.remove();
  target.replaceChildren(fragment);
  renderMath(target);
}

/** Show a text that may hold HTML, without anything in it that could do harm. */
export function showHtml(target: HTMLElement, html: string): void {
  target.replaceChildren(sanitize(tamed(html, () => true)));
}
