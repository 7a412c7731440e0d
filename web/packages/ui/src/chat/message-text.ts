import type { Message } from '@salon/protocol';

/** A message as plain text, thoughts as their title and text. */
export function messageText({ parts = [] }: Message): string {
  return parts
    .map((part) => (part.type === 'thought' ? `${part.title}\n${part.text ?? ''}`.trim() : (part.text ?? '')))
    .filter((text) => text !== '')
    .join('\n\n');
}
