import type { Message } from '@salon/protocol';

/** The text of messages, without thoughts and files. */
export function textOf(...messages: readonly Message[]): string {
  return messages
    .map(({ parts = [] }) => parts.flatMap((part) => (part.type === 'text' ? [part.text ?? ''] : [])).join('\n\n'))
    .filter((text) => text)
    .join('\n\n');
}
