// @vitest-environment jsdom
import type { Message } from '@salon/protocol';
import { expect, test } from 'vitest';
import { transcript } from '../src/chat/transcript';
import { en } from '../src/i18n/en';
import { findMessages } from '../src/search/find-messages';
import { findRanges } from '../src/search/find-ranges';

const said = (id: string, text: string, role: Message['role'] = 'assistant') => ({
  id,
  created_at: 0,
  message: { role, parts: [{ type: 'text' as const, text }] },
});

test.each([
  ['CAFE', ['accent']],
  ['123', ['wide']],
  ['bold words', ['markup']],
  ['**bold', ['markup']],
  ['斐波那契', ['chinese']],
  ['label', ['link']],
  ['', []],
  ['nothing', []],
])('%j is found in %j', (query, ids) => {
  const messages = [
    said('accent', 'Un café'),
    said('wide', '１２３'),
    said('markup', 'Some **bold** words'),
    said('chinese', '为什么斐波那契这么慢'),
    said('link', 'a [label](https://example.com/there)'),
  ];

  expect(findMessages(messages, query)).toEqual(ids);
});

test('a range may begin in one element and end in another', () => {
  const root = document.createElement('div');
  root.innerHTML = '<p>Some <b>bo<i>ld</i></b> words, some bold words</p>';
  const ranges = findRanges(root, 'BOLD WORDS');

  expect(ranges.map(String)).toEqual(['bold words', 'bold words']);
  expect(ranges[0]?.startContainer.parentElement?.tagName).toBe('B');
});

test('ranges hold whole characters, also where folding changes their number', () => {
  const root = document.createElement('div');
  root.textContent = 'ﬁnd 👍🏽 e\u0301t';

  expect(findRanges(root, 'find').map(String)).toEqual(['ﬁnd']);
  expect(findRanges(root, 'et').map(String)).toEqual(['e\u0301t']);
});

test('a transcript says who spoke, when and what, and keeps the Markdown', () => {
  const messages = [said('a', 'Hi', 'user'), said('b', '**Hello**'), said('c', 'hidden', 'system')];
  const text = transcript(messages, en, 'en', 'Title');

  expect(text).toMatch(/^# Title\n\n\*\*You\*\* · .*1970.*\n\nHi\n\n\*\*Assistant\*\* · .*\n\n\*\*Hello\*\*\n$/);
});
