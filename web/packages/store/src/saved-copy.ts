import type { StoredMessage, TurnRequest } from '@salon/protocol';
import type { SafeStorage } from './safe-storage';

/** What the browser keeps of the conversation, for a server that loses it. */
export interface Saved {
  id: string;
  messages: StoredMessage[];
  /** A turn that the server has not confirmed yet. */
  pending?: TurnRequest;
}

export interface SavedCopy {
  load(): Saved | undefined;
  /** Keep the end of `saved` that fits; `false` when the browser keeps nothing. */
  save(saved: Saved): boolean;
  forget(): void;
}

const maxMessages = 200;
const maxBytes = 1024 * 1024;

/** Return the copy kept under `key`. */
export function createSavedCopy(storage: SafeStorage, key: string): SavedCopy {
  return {
    load: () => parse(storage.get(key)),
    save: (saved) => storage.set(key, JSON.stringify({ ...saved, messages: bounded(saved.messages) })),
    forget: () => storage.remove(key),
  };
}

function parse(text: string | undefined): Saved | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isSaved(value) ? value : undefined;
  } catch {
    return undefined;
  }
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
  return messages.slice(start).map((message, index) => (index === 0 ? { ...message, parent: null } : message));
}
