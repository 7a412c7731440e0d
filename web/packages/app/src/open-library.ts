import type { Client } from '@salon/client';
import type { ChatConfig } from '@salon/protocol';
import { createBrowserLibrary, createServerLibrary, openArchive, type Archive, type Library } from '@salon/store';
import type { Tabs } from './tabs';

/** Open the list of a chat's conversations, which the server or this browser stores; `undefined` where neither does. */
export function openLibrary(
  { history, name: chat = 'chat' }: ChatConfig,
  scope: string,
  client: Client,
  tabs: Tabs,
): Library | undefined {
  if (!history) return undefined;
  const options = {
    now_s: () => Date.now() / 1000,
    onChanged: tabs.sendListChanged,
    onRemoved: tabs.sendRemoved,
  };
  const library =
    history === 'server'
      ? createServerLibrary({ client, chat, ...options })
      : createBrowserLibrary({ client, archive: openBrowserArchive(scope), ...options });
  void library.refresh();
  return library;
}

/** Open this browser's own archive; `undefined` where the browser does not allow it. */
function openBrowserArchive(scope: string): Archive | undefined {
  try {
    return openArchive(indexedDB, `salon.conversations:${scope}`);
  } catch {
    return undefined; // where storage is blocked, reading the name `indexedDB` throws
  }
}
