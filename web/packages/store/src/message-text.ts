import type { Message } from '@salon/protocol';

/** Whether two messages that follow each other belong to the same turn of the assistant. */
export function continuesTurn(message: Message, before: Message | undefined): boolean {
  if (message.role !== 'assistant' || before?.role !== 'assistant') return false;
  return (message.is_pushed ?? false) === (before.is_pushed ?? false);
}

/** The text of a message, without thoughts and files. */
export function textOf({ message }: { message: Message }): string {
  return (message.parts ?? []).flatMap((part) => (part.type === 'text' && part.text ? [part.text] : [])).join('\n\n');
}
