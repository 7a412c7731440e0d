import { expect, test } from 'vitest';
import { formatTime } from '../src/chat/format-time';

const now = new Date(2026, 10, 24, 18, 30);
const short = (lang: string, ...moment: [number, number, number]) =>
  formatTime(new Date(...moment, 9, 5).getTime() / 1000, lang, now).short.replace(/\s+/g, ' ');

test('a time of today stands alone, and others have as much of a date as they need', () => {
  expect(short('en', 2026, 10, 24)).toBe('09:05 AM');
  expect(short('en', 2026, 10, 23)).toBe('Nov 23, 09:05 AM');
  expect(short('en', 2025, 10, 24)).toBe('Nov 24, 2025, 09:05 AM');
  expect(short('zh-CN', 2026, 10, 23)).toBe('11月23日 09:05');
});
