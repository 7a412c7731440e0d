import type { StoredMessage, TurnRequest } from '@salon/protocol';
import type { SafeStorage } from './safe-storage';

/** The browser's copy of the conversation, for a server that loses it. */
export interface Saved {
  id: string;
  messages: StoredMessage[];
  /** A turn that the server has not confirmed yet. */
  pending?: TurnRequest;
}

export interface SavedCopy {
  load(): Saved | undefined;
  /** Keep `pending` and a conversation that is new at once, and soon the end of the messages that fits. */
  save(saved: Saved): void;
  /** Write now what `save` has delayed, as the page may be closed in a moment. */
  flush(): void;
  forget(): void;
}

const maxMessages = 200;
const maxBytes = 1024 * 1024;

/**
 * Return the copy kept under `key`. Writing the messages takes longer the more there are, so it is left to `soon`,
 * which calls back when the page has time.
 */
export function createSavedCopy(storage: SafeStorage, key: string, soon: (callback: () => void) => void): SavedCopy {
  const pendingKey = `${key}:pending`;
  let unsaved: Saved | undefined;
  let keptId: string | undefined;

  function flush(): void {
    if (!unsaved) return;
    const { id, messages } = unsaved;
    unsaved = undefined;
    keptId = id;
    storage.set(key, JSON.stringify({ id, messages: bounded(messages) }));
  }

  return {
    load() {
      const saved = parse(storage.get(key), isSaved);
      const pending = parse(storage.get(pendingKey), isTurn);
      const id = saved?.id ?? pending?.conversation;
      if (id === undefined) return undefined;
      return { id, messages: saved?.messages ?? [], ...(pending?.conversation === id && { pending }) };
    },
    save(saved) {
      if (saved.pending) storage.set(pendingKey, JSON.stringify(saved.pending));
      else storage.remove(pendingKey);
      const isScheduled = unsaved !== undefined;
      unsaved = saved;
      if (saved.id !== keptId) flush();
      else if (!isScheduled) soon(flush);
    },
    flush,
    forget() {
      unsaved = undefined;
      storage.remove(key);
      storage.remove(pendingKey);
    },
  };
}

function parse<T>(text: string | undefined, isWanted: (value: unknown) => value is T): T | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isWanted(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTurn(value: unknown): value is TurnRequest {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('conversation' in value)) return false;
  return typeof value.id === 'string' && typeof value.conversation === 'string';
}

function isSaved(value: unknown): value is Saved {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('messages' in value)) return false;
  return typeof value.id === 'string' && Array.isArray(value.messages) && value.messages.every(isStoredMessage);
}

function isStoredMessage(value: unknown): value is StoredMessage {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('message' in value)) return false;
  const { id, message } = value;
  return typeof id === 'string' && typeof message === 'object' && message !== null && 'role' in message;
}

/** The longest end of the path within the bounds that begins with a user's message. */
function bounded(messages: StoredMessage[]): StoredMessage[] {
  const encoder = new TextEncoder();
  let first = messages.length;
  let bytes = 0;
  let start = first;
  while (first > 0 && messages.length - first < maxMessages) {
    const message = messages[--first];
    if (!message) break;
    bytes += encoder.encode(JSON.stringify(message)).length + 1;
    if (bytes > maxBytes) break;
    if (message.message.role === 'user') start = first;
  }
  return messages.slice(start);
}
