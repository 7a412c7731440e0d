import type { StoredMessage } from '@salon/protocol';

/** What servers take of a copy: so many messages, and two MiB for the whole request. */
export const copyLimits = { messages: 200, bytes: 1024 * 1024 } as const;

const encoder = new TextEncoder();

/** How much of a request a message takes. */
export function bytesOf(message: StoredMessage): number {
  return encoder.encode(JSON.stringify(message)).length + 1;
}

/** The end of a path, as much of it as a server takes that has lost the conversation. */
export function copyOf(path: readonly StoredMessage[]): StoredMessage[] {
  let bytes = 0;
  let start = path.length;
  for (const message of path.slice(-copyLimits.messages).reverse()) {
    bytes += bytesOf(message);
    if (bytes > copyLimits.bytes) break;
    start -= 1;
  }
  return path.slice(start);
}
