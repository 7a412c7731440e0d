import type { Message } from '@salon/protocol';
import { messageText } from '../chat/message-text';
import { foldText } from './fold-text';

const markup = /[*_~`]+|!?\[(?=[^\]\n]*\]\()|\]\([^)\n]*\)/g;
const folded = new WeakMap<Message, { plain: string; source: string }>();

/** The ids of the messages that hold `query`, in their text or in its Markdown, in order. */
export function findMessages(messages: readonly { id: string; message: Message }[], query: string): string[] {
  const wanted = foldText(query);
  if (wanted === '') return [];
  return messages
    .filter(({ message }) => {
      const { plain, source } = foldedText(message);
      return plain.includes(wanted) || source.includes(wanted);
    })
    .map(({ id }) => id);
}

function foldedText(message: Message): { plain: string; source: string } {
  let texts = folded.get(message);
  if (!texts) {
    const source = foldText(messageText(message));
    texts = { source, plain: source.replace(markup, '') };
    folded.set(message, texts);
  }
  return texts;
}
