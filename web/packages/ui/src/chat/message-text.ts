import { textOf, type Message, type Part } from '@salon/protocol';

/** A message as plain text, thoughts as their title and text, files as their names. */
export function messageText({ parts = [] }: Message): string {
  return parts
    .map(partText)
    .filter((text) => text !== '')
    .join('\n\n');
}

function partText(part: Part): string {
  if (part.type === 'thought') return `${part.title}\n${part.text ?? ''}`.trim();
  if (part.type === 'component') return part.text || (part.files ?? []).map(({ name }) => name).join('\n');
  return part.type === 'file' ? part.file.name : textOf(part);
}
