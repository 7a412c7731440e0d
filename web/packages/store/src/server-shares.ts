import type { Client } from '@salon/client';
import type { ShareView } from '@salon/protocol';
import type { Library } from './library';

/** The reader's shares on the server. */
export interface ServerShares extends Pick<Library, 'sharesOf' | 'share' | 'unshare'> {
  load(): Promise<void>;
}

/** Return the shares, of which none are known before they are loaded. */
export function createServerShares(client: Client): ServerShares {
  /** The newest first. */
  let shares: readonly ShareView[] = [];
  const sharesOf = (id: string) => shares.flatMap((share) => (share.conversation === id ? share.id : []));
  return {
    sharesOf,
    async load() {
      ({ shares = [] } = await client.shares());
    },
    async share(id) {
      const share = await client.share(id);
      shares = [share, ...shares];
      return share.id;
    },
    async unshare(id) {
      for (const share of sharesOf(id)) {
        await client.revoke(share);
        shares = shares.filter((one) => one.id !== share);
      }
    },
  };
}
