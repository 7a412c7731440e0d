import type { ChatModel } from '../page-context';

/**
 * Tell whether an event of the page is meant for the chat that `part` belongs to: one that happens in it, or anywhere
 * where it is the only one.
 */
export function isForChat(chats: readonly ChatModel[], part: Element, { target }: Event): boolean {
  return chats.length === 1 || (part.closest('.salon-chat-block')?.contains(target as Node) ?? false);
}
