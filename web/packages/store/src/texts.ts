import type { Message } from '@salon/protocol';

/** What a message says, without thoughts and files. */
export function textOf({ message }: { message: Message }): string {
  return (message.parts ?? []).flatMap((part) => (part.type === 'text' && part.text ? [part.text] : [])).join('\n\n');
}
