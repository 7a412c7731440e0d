import { expect, test } from 'vitest';
import { chooseWords } from '../src/i18n/choose-words';
import { en } from '../src/i18n/en';
import { zhCn } from '../src/i18n/zh-cn';

test('both languages have the same words', () => {
  expect(Object.keys(zhCn)).toEqual(Object.keys(en));
  expect(Object.keys(zhCn.failures)).toEqual(Object.keys(en.failures));
});

test.each([
  [['zh-TW', 'en'], 'zh-CN'],
  [['fr', 'zh'], 'zh-CN'],
  [['en-GB', 'zh'], 'en'],
  [['fr'], 'en'],
])('of %j the language is %s', async (wanted, lang) => {
  expect((await chooseWords(wanted)).lang).toBe(lang);
});
