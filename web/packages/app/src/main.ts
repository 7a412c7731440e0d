import { createClient, newId, wait } from '@salon/client';
import {
  createBindings,
  createComponents,
  createConnection,
  createNotices,
  safeStorage,
  type Script,
} from '@salon/store';
import { chooseWords, createColorScheme, loadMarkdown, Page, translated, type PageModel } from '@salon/ui';
import { flushSync, mount } from 'svelte';
import { createChat } from './create-chat';
import { openShared } from './create-shared-chat';
import { readConfig } from './read-config';
import { takeShell } from './shell';
import { markUnseenAnswers, withoutTags } from './tab-title';
import { uploadFile } from './upload-file';
import { watchReload } from './watch-reload';

const described = readConfig();
const root = document.documentElement;
const query = new URLSearchParams(location.search);
const languageKey = 'salon.language';
const local = safeStorage(() => localStorage);
const languages = [query.get('lang'), local.get(languageKey), described.lang, ...navigator.languages].filter(
  (tag) => tag != null,
);
const { lang, words } = await chooseWords(languages);
const inLanguage = <T>(value: T): T => translated(value, [...languages, lang]);
const page = inLanguage(described);
if (page.title) document.title = withoutTags(page.title);
const path = new URL('.', document.baseURI).pathname;
const scope = page.user ? `${path}@${page.user}` : path;

const notices = createNotices();
const connection = createConnection((milliseconds, callback) => setTimeout(callback, milliseconds));
const client = createClient({
  fetch: (url, init) => fetch(url, init),
  upload: uploadFile,
  base: document.baseURI,
  wait,
  onLink: connection.report,
  onOffline(callback) {
    addEventListener('offline', callback);
    return () => removeEventListener('offline', callback);
  },
});
const components = createComponents(
  page,
  safeStorage(() => sessionStorage),
  `salon.inputs:${scope}`,
);
const session = newId('page');
const bindings = createBindings({
  page,
  client,
  components,
  session,
  scripts: (globalThis as { salonScripts?: Record<string, Script> }).salonScripts ?? {},
  onNotice: notices.push,
  onFailure: ({ code, message, title, details }) =>
    notices.push({
      type: 'notice',
      level: 'error',
      text: details ?? (words.failures[code] || message),
      ...(title && { title }),
    }),
});
const services = {
  client,
  session: page.layout ? session : undefined,
  bindings,
  components,
  connection,
  notices,
  words,
  local,
  scope,
};
const share = query.get('shared');
const shared = share === null ? undefined : await openShared(share, page, services);
const chats = shared ? [shared] : (page.chats ?? [{}]).map((config) => createChat(config, services));
const colorScheme = createColorScheme(local, (scheme) => {
  if (scheme === 'system') delete root.dataset['colorScheme'];
  else root.dataset['colorScheme'] = scheme;
});

function onLanguage(chosen: string | undefined): void {
  if (chosen) local.set(languageKey, chosen);
  else local.remove(languageKey);
  const address = new URL(location.href);
  address.searchParams.delete('lang');
  history.replaceState(history.state, '', address);
  location.reload();
}

addEventListener('offline', () => connection.report('lost'));
addEventListener('online', () => connection.report('online'));
root.lang = lang;
for (const { conversation } of chats) void conversation.restore();

// Texts that are there from the beginning are shown at once; without them, Markdown is loaded when somebody types.
const needsMarkdown = chats.some(
  ({ conversation, config: { description, chatbot } }) =>
    conversation.get().messages.length > 0 || description || chatbot?.placeholder || chatbot?.opening?.length,
);
if (needsMarkdown) await loadMarkdown().catch(() => undefined);

for (const { composer } of chats) composer.subscribe((text) => text && void loadMarkdown().catch(() => undefined));
const typed = takeShell();
if (typed.text) chats[0]?.composer.set(typed.text);
const target = document.getElementById('salon-page') ?? document.body;
const model: PageModel = {
  page,
  lang,
  words,
  inLanguage,
  chats,
  components,
  bindings,
  connection,
  notices,
  colorScheme,
  client,
  onLanguage,
};
mount(Page, { target, props: { model } });
flushSync();
if (typed.hadFocus) {
  const area = target.querySelector<HTMLTextAreaElement>('.salon-input');
  area?.focus();
  area?.setSelectionRange(typed.start, typed.end);
}
bindings.emit(null, 'load');
for (const { conversation } of chats) markUnseenAnswers(conversation);
if (page.reload) watchReload('api/reload');
