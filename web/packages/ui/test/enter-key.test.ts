import { expect, test } from 'vitest';
import { createEnterKey } from '../src/chat/enter-key';

const enter = { key: 'Enter', shiftKey: false, altKey: false, isComposing: false, keyCode: 13, timeStamp: 1000 };

test('Enter sends; with Shift or Alt, and other keys, it does not', () => {
  const { isSend } = createEnterKey();

  expect(isSend(enter)).toBe(true);
  expect(isSend({ ...enter, shiftKey: true })).toBe(false);
  expect(isSend({ ...enter, altKey: true })).toBe(false);
  expect(isSend({ ...enter, key: 'a' })).toBe(false);
});

test('in a box of several lines, Shift and Enter send', () => {
  const { isSend } = createEnterKey(true);

  expect(isSend(enter)).toBe(false);
  expect(isSend({ ...enter, shiftKey: true })).toBe(true);
});

test('an Enter within a composition does not send (Chrome, Firefox)', () => {
  const key = createEnterKey();
  key.compositionStarted();

  expect(key.isSend({ ...enter, isComposing: true })).toBe(false);
  expect(key.isSend(enter)).toBe(false);
});

test('an Enter of an input method does not send (key code 229)', () => {
  expect(createEnterKey().isSend({ ...enter, keyCode: 229 })).toBe(false);
});

test('the Enter right after a composition does not send (Safari), the next one does', () => {
  const key = createEnterKey();
  key.compositionStarted();
  key.compositionEnded(995);

  expect(key.isSend(enter)).toBe(false);
  expect(key.isSend({ ...enter, timeStamp: 1400 })).toBe(true);
});
