/** Callbacks for the news of other tabs. */
interface TabListeners {
  /** A conversation changed on the server. */
  onChanged(conversation: string): void;
  /** A conversation was deleted. */
  onRemoved(conversation: string): void;
  /** The list of conversations changed. */
  onListChanged(): void;
}

/** Sends news of conversations to the other tabs with the same application. */
export interface Tabs {
  sendChanged(conversation: string): void;
  sendRemoved(conversation: string): void;
  sendListChanged(): void;
  listen(listeners: TabListeners): void;
}

const listChanged = 'list';
const removed = 'removed ';

/** Return the tabs that use the channel `name`; a browser without channels sends nothing. */
export function createTabs(name: string): Tabs {
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name);
  return {
    sendChanged: (conversation) => channel?.postMessage(conversation),
    sendRemoved: (conversation) => channel?.postMessage(removed + conversation),
    sendListChanged: () => channel?.postMessage(listChanged),
    listen({ onChanged, onRemoved, onListChanged }) {
      channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data !== 'string') return;
        if (data === listChanged) onListChanged();
        else if (data.startsWith(removed)) onRemoved(data.slice(removed.length));
        else onChanged(data);
      });
    },
  };
}
