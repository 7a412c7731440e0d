import { expect, test } from 'vitest';
import type { ConversationState, ShownMessage } from '../src/conversation-state';
import { observable } from '../src/observable';
import { onReply } from '../src/on-reply';

const said = (...ids: string[]): ShownMessage[] =>
  ids.map((id, index) => ({ id, created_at: 1, message: { role: index % 2 ? 'assistant' : 'user', parts: [] } }));

function setUp(...ids: string[]) {
  const state = observable<ConversationState>({
    id: 'conv',
    messages: said(...ids),
    hasEarlier: false,
    live: undefined,
    ending: undefined,
  });
  const heard: string[] = [];
  const stop = onReply(state, ({ id }) => heard.push(id));
  const change = (changes: Partial<ConversationState>) => state.set({ ...state.get(), ...changes });
  return { heard, stop, change };
}

test('an answer has come when it has been written, or was added', () => {
  const { heard, stop, change } = setUp('question');
  change({ live: {} as never });
  change({ live: undefined, messages: said('question', 'answer') });
  change({ messages: said('question', 'answer', 'more', 'another') });
  stop();
  change({ messages: said('question', 'answer', 'more', 'another', 'and', 'so on') });

  expect(heard).toEqual(['answer', 'another']);
});

test('what is opened, leafed to, taken back or loaded before is no answer', () => {
  const { heard, change } = setUp('question', 'answer');
  change({ messages: said('before', 'that', 'question', 'answer') });
  change({ messages: said('before', 'that') });
  change({ messages: said('before', 'other version') });
  change({ id: 'other', messages: said('in another', 'conversation') });

  expect(heard).toEqual([]);
});
