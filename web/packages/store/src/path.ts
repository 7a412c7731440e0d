import type { Reply, StoredMessage } from '@salon/protocol';
import type { ShownMessage } from './conversation-state';

/** The messages before the one with `id`; all when it is not there. */
export function pathBefore<M extends { id: string }>(path: M[], id: string): M[] {
  const at = path.findIndex((message) => message.id === id);
  return at < 0 ? path : path.slice(0, at);
}

/** The messages up to and with the one with `id`; none when it is not there. */
export function pathUpTo<M extends { id: string }>(path: M[], id: string | null | undefined): M[] {
  return path.slice(0, path.findIndex((message) => message.id === id) + 1);
}

/** The messages of a finished reply as they follow `answers`. */
export function replyMessages(reply: Reply, answers: string, versions: string[], now_s: number): ShownMessage[] {
  return reply.messages.flatMap((message, index) => {
    const id = reply.ids[index];
    if (id === undefined) return [];
    const others = index === 0 ? versions : [];
    return {
      id,
      message,
      created_at: now_s,
      parent: index === 0 ? answers : (reply.ids[index - 1] ?? answers),
      ...(reply.signatures?.[index] && { signature: reply.signatures[index] }),
      ...(others.length > 0 && { versions: [...others.filter((other) => other !== id), id] }),
    };
  });
}

/** All versions of a message, itself included. */
export function versionsOf(message: ShownMessage | undefined): string[] {
  if (!message) return [];
  return message.versions?.length ? message.versions : [message.id];
}

/** The confirmed messages of `shown` as they are saved, preceded by what `saved` has before them. */
export function joined(saved: StoredMessage[], shown: ShownMessage[]): StoredMessage[] {
  const confirmed = shown
    .filter(({ isUnsent }) => !isUnsent)
    .map(({ id, message, created_at, parent, signature }) => ({
      id,
      message,
      created_at,
      parent: parent ?? null,
      ...(signature && { signature }),
    }));
  return [...pathUpTo(saved, shown[0]?.parent), ...confirmed];
}
