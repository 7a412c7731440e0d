import type { FileRef, Message } from '@salon/protocol';

/** The files of messages, in their order. */
export function filesOf(...messages: readonly Message[]): FileRef[] {
  return messages.flatMap(({ parts = [] }) =>
    parts.flatMap((part) => {
      if (part.type === 'file') return [part.file];
      return part.type === 'component' ? (part.files ?? []) : [];
    }),
  );
}
