import { en } from './en';
import type { Words } from './words';

/** Return the words for the first of the `wanted` languages that there is a table for, else English. */
export async function chooseWords(wanted: readonly string[]): Promise<{ lang: string; words: Words }> {
  for (const lang of wanted) {
    if (/^zh\b/i.test(lang)) return { lang: 'zh-CN', words: (await import('./zh-cn')).zhCn };
    if (/^en\b/i.test(lang)) break;
  }
  return { lang: 'en', words: en };
}
