import { expect, test } from 'vitest';
import { createThreadView } from '../src/chat/thread-view';

const messages = Array.from({ length: 400 }, (_, number) => ({ id: `m${number}` }));
function createFilled() {
  const view = createThreadView();
  view.fill();
  return view;
}
const numbers = (part: { id: string }[]) => [part[0]?.id, part.at(-1)?.id];

test('the end is shown first, and what is new moves it along', () => {
  const view = createFilled();
  expect(numbers(view.part(messages))).toEqual(['m350', 'm399']);

  expect(numbers(view.part([...messages, { id: 'new' }]))).toEqual(['m351', 'new']);
  expect(view.isAtEnd(messages)).toBe(true);
});

test('going up adds a page at a time and lets go of the end', () => {
  const view = createFilled();
  const parts = Array.from({ length: 8 }, () => {
    view.earlier(messages);
    return numbers(view.part(messages));
  });

  expect(parts[0]).toEqual(['m300', 'm399']);
  expect(parts[2]).toEqual(['m200', 'm349']);
  expect(parts[7]).toEqual(['m0', 'm149']);
  expect(view.isAtEnd(messages)).toBe(false);
});

test('going down leads back to the end', () => {
  const view = createFilled();
  view.around(messages, 'm10');
  for (let step = 0; step < 10; step++) view.later(messages);

  expect(numbers(view.part(messages))).toEqual(['m250', 'm399']);
  expect(view.isAtEnd(messages)).toBe(true);
});

test('a part in the middle stays where it is when messages come before and after', () => {
  const view = createFilled();
  view.around(messages, 'm200');
  const before = numbers(view.part(messages));
  const grown = [{ id: 'older' }, ...messages, { id: 'newer' }];

  expect(numbers(view.part(grown))).toEqual(before);
});

test('a part whose last message is gone shows the end', () => {
  const view = createFilled();
  view.around(messages, 'm10');

  expect(numbers(view.part(messages.slice(100)))).toEqual(['m350', 'm399']);
});

test('everything is shown for printing, and the part again afterwards', () => {
  const view = createFilled();
  view.around(messages, 'm10');
  const before = numbers(view.part(messages));
  const goBack = view.everything();
  expect(view.part(messages)).toHaveLength(400);
  goBack();

  expect(numbers(view.part(messages))).toEqual(before);
});

test('what a screen shows comes first, then the page', () => {
  const view = createThreadView();
  expect(view.part(messages)).toHaveLength(12);
  view.fill();

  expect(numbers(view.part(messages))).toEqual(['m350', 'm399']);
});
