import { en } from './en';
import type { Words } from './words';
import { zhCn } from './zh-cn';

/** Return the words for the first of the `wanted` languages that there is a table for, else English. */
export function chooseWords(wanted: readonly string[]): { lang: string; words: Words } {
  for (const lang of wanted) {
    if (/^zh\b/i.test(lang)) return { lang: 'zh-CN', words: zhCn };
    if (/^en\b/i.test(lang)) return { lang: 'en', words: en };
  }
  return { lang: 'en', words: en };
}
