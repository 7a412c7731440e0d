import type { ComponentPart, Message } from '@salon/protocol';
import { expect, test } from 'vitest';
import { observable, toggleOption } from '../src';
import { createComponentConversation } from '../src/component-conversation';

const say = (role: Message['role'], text: string): Message => ({ role, parts: [{ type: 'text', text }] });

function shown(messages: Message[], presets: string[][] = []) {
  const part = observable<ComponentPart>({ type: 'component', kind: 'chatbot', props: { messages } });
  const events: unknown[] = [];
  const conversation = createComponentConversation(part, (event, data) => events.push([event, data]), presets);
  const feedback = () => conversation.get().messages.map((message) => message.feedback?.options);
  return { part, events, conversation, feedback };
}

test('the thumbs exclude each other, other options stand beside them, and a second choice takes one back', () => {
  const liked = toggleOption({}, 'Like');
  const spam = toggleOption(liked, 'Spam');
  expect(spam.options).toEqual(['Like', 'Spam']);
  expect(toggleOption(spam, 'Dislike').options).toEqual(['Spam', 'Dislike']);
  expect(toggleOption(spam, 'Spam').options).toEqual(['Like']);
});

test('what functions show can be judged; several messages in a row are one', () => {
  const { conversation, events, feedback } = shown([
    say('user', 'hi'),
    say('assistant', 'one'),
    say('assistant', 'two'),
  ]);
  conversation.setFeedback('shown-1', { options: ['Dislike'] });
  conversation.setFeedback('shown-1', { options: [] });

  expect(events).toEqual([
    ['like', { index: 1, value: ['one', 'two'], liked: false }],
    ['like', { index: 1, value: ['one', 'two'], liked: null }],
  ]);
  expect(feedback()).toEqual([undefined, undefined, undefined]);
});

test('what was said of a message stays with it as the conversation grows, and goes with it', () => {
  const { part, conversation, feedback } = shown([say('user', 'hi'), say('assistant', 'one')], [['Like']]);
  expect(feedback()).toEqual([undefined, ['Like']]);
  conversation.setFeedback('shown-1', { options: ['Spam'] });
  part.set({ ...part.get(), props: { messages: [say('user', 'hi'), say('assistant', 'one'), say('user', 'more')] } });
  expect(feedback()).toEqual([undefined, ['Spam'], undefined]);

  part.set({ ...part.get(), props: { messages: [say('user', 'hi'), say('assistant', 'another')] } });
  expect(feedback()).toEqual([undefined, undefined]);
});
