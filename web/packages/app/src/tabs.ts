/** Tells the other tabs of this application that a conversation changed on the server. */
export interface Tabs {
  tell(conversation: string): void;
  onTold(listener: (conversation: string) => void): void;
}

export function createTabs(name: string): Tabs {
  if (typeof BroadcastChannel === 'undefined') return { tell: () => {}, onTold: () => {} };
  const channel = new BroadcastChannel(name);
  return {
    tell: (conversation) => channel.postMessage(conversation),
    onTold(listener) {
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string') listener(data);
      };
    },
  };
}
