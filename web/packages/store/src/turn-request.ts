import { newId } from '@salon/client';
import type { FileRef, Message, NewMessage, Part, TurnRequest } from '@salon/protocol';
import type { ConversationOptions } from './conversation';
import type { ConversationState, ShownMessage } from './conversation-state';
import { textOf } from './message-text';

/** Return a turn that asks for a reply to `user`; a message that the server has already is only named. */
export function turnRequest(
  { chat, inputs, session }: ConversationOptions,
  { id: conversation, isTemporary }: ConversationState,
  user: ShownMessage,
): TurnRequest {
  const values = inputs();
  const { isUnsent, example } = user;
  return {
    id: newId('turn'),
    conversation,
    parent: isUnsent ? (user.parent ?? null) : user.id,
    message: isUnsent ? newMessage(user) : null,
    ...(isTemporary && { temporary: true }),
    ...(session !== undefined && { session }),
    ...(chat !== 'chat' && { chat }),
    ...(Object.keys(values).length > 0 && { inputs: values }),
    ...(isUnsent && example !== undefined && { example }),
  };
}

/** A user's message with text, files or both. */
export function userMessage(text: string, files: FileRef[]): Message {
  const texts: Part[] = text || files.length === 0 ? [{ type: 'text', text }] : [];
  return { role: 'user', parts: [...texts, ...files.map((file): Part => ({ type: 'file', file }))] };
}

/** The files of a message. */
export function filesOf({ message }: { message: Message }): FileRef[] {
  return (message.parts ?? []).flatMap((part) => (part.type === 'file' ? part.file : []));
}

function newMessage(user: ShownMessage): NewMessage {
  const files = filesOf(user).map(({ id }) => id);
  return { id: user.id, text: textOf(user), ...(files.length > 0 && { files }) };
}
