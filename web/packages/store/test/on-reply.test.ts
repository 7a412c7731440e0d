import { expect, test } from 'vitest';
import type { ConversationState, ShownMessage } from '../src/conversation-state';
import { observable } from '../src/observable';
import { onReply } from '../src/on-reply';

const messagesOf = (...ids: string[]): ShownMessage[] =>
  ids.map((id, index) => ({ id, created_at: 1, message: { role: index % 2 ? 'assistant' : 'user', parts: [] } }));

function setUp(...ids: string[]) {
  const state = observable<ConversationState>({
    id: 'conv',
    messages: messagesOf(...ids),
    hasEarlier: false,
    live: undefined,
    ending: undefined,
  });
  const received: string[] = [];
  const stop = onReply(state, ({ id }) => received.push(id));
  const change = (changes: Partial<ConversationState>) => state.set({ ...state.get(), ...changes });
  return { received, stop, change };
}

test('an answer has come when it has been written, or was added', () => {
  const { received, stop, change } = setUp('question');
  change({ live: {} as never });
  change({ live: undefined, messages: messagesOf('question', 'answer') });
  change({ messages: messagesOf('question', 'answer', 'more', 'another') });
  stop();
  change({ messages: messagesOf('question', 'answer', 'more', 'another', 'and', 'so on') });

  expect(received).toEqual(['answer', 'another']);
});

test('what is opened, leafed to, taken back or loaded before is no answer', () => {
  const { received, change } = setUp('question', 'answer');
  change({ messages: messagesOf('before', 'that', 'question', 'answer') });
  change({ messages: messagesOf('before', 'that') });
  change({ messages: messagesOf('before', 'other version') });
  change({ id: 'other', messages: messagesOf('in another', 'conversation') });

  expect(received).toEqual([]);
});
