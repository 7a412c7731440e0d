import { expect, test } from 'vitest';
import { translated } from '../src/i18n/translated';

const text = '__i18n__{"en": "Yes man", "zh-CN": "好好先生", "pt-BR": "Sim"}';

test.each([
  [['en'], 'Yes man'],
  [['zh'], '好好先生'],
  [['zh-TW'], '好好先生'],
  [['fr', 'pt-PT', 'en'], 'Sim'],
  [['fr'], 'Yes man'],
  [[], 'Yes man'],
])('for %j it is %s', (wanted, shown) => {
  expect(translated(text, wanted)).toBe(shown);
});

test('texts are found wherever they stand, and all else stays as it is', () => {
  const config = { title: text, examples: [{ text, files: [] }], lines: 3, label: null, other: '__i18n__ no table' };

  expect(translated(config, ['zh'])).toEqual({
    ...config,
    title: '好好先生',
    examples: [{ text: '好好先生', files: [] }],
  });
});
