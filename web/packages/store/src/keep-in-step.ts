import type { Client } from '@salon/client';
import type { Conversation } from './conversation';
import type { Observable } from './observable';

/**
 * Show what is added to a conversation without this page's doing: by the application, or on another device.
 *
 * Once something was said it watches the conversation, whenever it may; what came meanwhile it hears then.
 */
export function keepInStep(conversation: Conversation, client: Client, mayWatch: Observable<boolean>): void {
  let watched: { id: string; abort: AbortController; isRefused: boolean } | undefined;
  let head: string | undefined;
  let wasLive = false;

  async function listen(own: NonNullable<typeof watched>): Promise<void> {
    try {
      for await (const told of client.watch(own.id, own.abort.signal)) {
        if (own !== watched) return;
        head = told;
        look();
      }
    } catch {
      own.isRefused = true; // it is not known there, before something else is said in it
    }
  }

  function look(): void {
    const { id, messages, live, isPrefilled } = conversation.get();
    const isThere = !isPrefilled && messages.some(({ isUnsent }) => !isUnsent);
    const hasEnded = wasLive && !live;
    wasLive = live !== undefined;
    const wanted = isThere && mayWatch.get() ? id : undefined;
    if (wanted !== watched?.id || (watched?.isRefused && hasEnded)) {
      watched?.abort.abort();
      head = undefined;
      watched = wanted === undefined ? undefined : { id: wanted, abort: new AbortController(), isRefused: false };
      if (watched) void listen(watched);
    }
    if (head === undefined || live) return;
    const isKnown = messages.some((shown) => shown.id === head);
    head = undefined;
    if (!isKnown) void conversation.refreshFrom(id);
  }

  conversation.subscribe(look);
  mayWatch.subscribe(look);
}
