import { ProblemError, type Client } from '@salon/client';
import type { Bindings, Components, Connection, Notices, SafeStorage } from '@salon/store';
import type { Words } from '@salon/ui';

/** The services that the chats of a page share. */
export interface PageServices {
  client: Client;
  /** The key of the server's session state; pages with functions of their own have one for all their chats. */
  session: string | undefined;
  bindings: Bindings;
  components: Components;
  connection: Connection;
  notices: Notices;
  words: Words;
  local: SafeStorage;
  /**
   * Separates the keys in the browser's storage: the path of the page, as applications may share a host, and the
   * signed-in user, as people may share a browser.
   */
  scope: string;
}

/** Show that the server refused an action, or could not be reached. */
export function showRefusal(error: unknown, { notices, words }: Pick<PageServices, 'notices' | 'words'>): void {
  const text = error instanceof ProblemError ? words.failures[error.problem.code] : words.lost;
  notices.push({ type: 'notice', level: 'error', text: text ?? words.failures['other'] ?? '' });
}
