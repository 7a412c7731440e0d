import type { Client } from '@salon/client';
import type { Conversation } from './conversation';
import type { Observable } from './observable';

/**
 * Show messages that are added to a conversation elsewhere: by the application, or on another device.
 *
 * It watches a conversation that the server has, while `mayWatch` allows it; when watching begins again, the server
 * sends the present last message.
 */
export function watchConversation(conversation: Conversation, client: Client, mayWatch: Observable<boolean>): void {
  let watched: { id: string; abort: AbortController; isRefused: boolean } | undefined;
  /** The id of the conversation's last message on the server, until it is compared with the shown messages. */
  let head: string | undefined;
  let wasLive = false;

  async function watch(own: NonNullable<typeof watched>): Promise<void> {
    try {
      for await (const id of client.watch(own.id, own.abort.signal)) {
        if (own !== watched) return;
        head = id;
        update();
      }
    } catch {
      own.isRefused = true; // the server does not know it until another turn is sent
    }
  }

  function update(): void {
    const { id, messages, live, isPrefilled } = conversation.get();
    const isOnServer = !isPrefilled && messages.some(({ isUnsent }) => !isUnsent);
    const hasEnded = wasLive && !live;
    wasLive = live !== undefined;
    const wanted = isOnServer && mayWatch.get() ? id : undefined;
    if (wanted !== watched?.id || (watched?.isRefused && hasEnded)) {
      watched?.abort.abort();
      head = undefined;
      watched = wanted === undefined ? undefined : { id: wanted, abort: new AbortController(), isRefused: false };
      if (watched) void watch(watched);
    }
    if (head === undefined || live) return;
    const isShown = messages.some((shown) => shown.id === head);
    head = undefined;
    if (!isShown) void conversation.refreshFrom(id);
  }

  conversation.subscribe(update);
  mayWatch.subscribe(update);
}
