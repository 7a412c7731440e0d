import { ProblemError, type Client } from '@salon/client';
import { expect, test } from 'vitest';
import type { Conversation } from '../src/conversation';
import type { ConversationState, ShownMessage } from '../src/conversation-state';
import { watchConversation } from '../src/watch-conversation';
import { observable } from '../src/observable';

const settle = () => new Promise((resolve) => setTimeout(resolve));
const said = (...ids: string[]): ShownMessage[] =>
  ids.map((id) => ({ id, created_at: 1, message: { role: 'assistant', parts: [{ type: 'text', text: id }] } }));

function setUp({ messages = said('first'), mayWatch = true } = {}) {
  const state = observable<ConversationState>({
    id: 'conv',
    messages,
    hasEarlier: false,
    live: undefined,
    ending: undefined,
  });
  const change = (changes: Partial<ConversationState>) => state.set({ ...state.get(), ...changes });
  const may = observable(mayWatch);
  const watched: { id: string; tell: (head: string) => void; refuse: () => void; isOpen: boolean }[] = [];
  const refreshed: string[] = [];
  const client = {
    async *watch(id: string, signal: AbortSignal) {
      let heads: string[] = [];
      let wake = () => {};
      let isRefused = false;
      const own = {
        id,
        isOpen: true,
        tell: (head: string) => (heads.push(head), wake()),
        refuse: () => ((isRefused = true), wake()),
      };
      signal.addEventListener('abort', () => ((own.isOpen = false), wake()));
      watched.push(own);
      while (own.isOpen) {
        await new Promise<void>((resolve) => (wake = resolve));
        if (isRefused)
          throw new ProblemError(
            { status: 404, code: 'conversation.unknown', title: '', detail: '' } as never,
            undefined,
          );
        yield* heads;
        heads = [];
      }
    },
  } as unknown as Client;
  const conversation = {
    get: state.get,
    subscribe: state.subscribe,
    refreshFrom: async (id: string) => void refreshed.push(id),
  };
  watchConversation(conversation as unknown as Conversation, client, may);
  return { change, may, watched, refreshed };
}

test('a message that this page does not have makes it look, and one that it has does not', async () => {
  const { watched, refreshed } = setUp({ messages: said('first', 'second') });
  await settle();
  watched[0]?.tell('first');
  await settle();
  expect(refreshed).toEqual([]);

  watched[0]?.tell('third');
  await settle();
  expect(refreshed).toEqual(['conv']);
});

test('what is told while a reply is being written waits for its end', async () => {
  const { change, watched, refreshed } = setUp();
  await settle();
  change({ live: {} as never });
  watched[0]?.tell('pushed');
  await settle();
  expect(refreshed).toEqual([]);

  change({ live: undefined, messages: said('first', 'reply') });
  expect(refreshed).toEqual(['conv']);
});

test('a reply that was told of while it was being written here makes nobody look', async () => {
  const { change, watched, refreshed } = setUp();
  await settle();
  change({ live: {} as never });
  watched[0]?.tell('question');
  await settle();
  change({ live: undefined, messages: said('first', 'question', 'reply') });

  expect(refreshed).toEqual([]);
});

test('a page watches what it shows, when something was said and it may', async () => {
  const { change, may, watched } = setUp({ messages: [], mayWatch: true });
  expect(watched).toEqual([]);

  change({ messages: said('first') });
  may.set(false);
  may.set(true);
  change({ id: 'other' });
  await settle();
  expect(watched.map(({ id, isOpen }) => [id, isOpen])).toEqual([
    ['conv', false],
    ['conv', false],
    ['other', true],
  ]);
});

test('a conversation that the server had lost is watched again after the next reply', async () => {
  const { change, watched } = setUp();
  await settle();
  watched[0]?.refuse();
  await settle();
  change({ messages: said('first', 'second') });
  expect(watched.length).toBe(1);

  change({ live: {} as never });
  change({ live: undefined });
  expect(watched.length).toBe(2);
});
