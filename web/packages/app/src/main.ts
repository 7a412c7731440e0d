import { createClient, ProblemError } from '@salon/client';
import { createAttachments, createComposer, createConnection, createConversation, createNotices, createSavedCopy, safeStorage } from '@salon/store';
import { Chat, chooseWords, createColorScheme, loadMarkdown, translated, whenIdle } from '@salon/ui';
import { flushSync, mount } from 'svelte';
import { nextFrame } from './next-frame';
import { readConfig } from './read-config';
import { takeShell } from './shell';
import { markUnseenAnswers } from './tab-title';
import { createTabs } from './tabs';
import { uploadFile } from './upload-file';
import { wait } from './wait';
import { watchReload } from './watch-reload';

const described = readConfig();
const root = document.documentElement;
const query = new URLSearchParams(location.search);
const languageKey = 'salon.language';
const local = safeStorage(() => localStorage);
const languages = [query.get('lang'), local.get(languageKey), described.lang, ...navigator.languages].filter((tag) => tag != null);
const { lang, words } = await chooseWords(languages);
const config = translated(described, [...languages, lang]);
if (config.title) document.title = config.title;
const never = new AbortController().signal;
const path = new URL('.', document.baseURI).pathname;
const tabs = createTabs(`salon:${path}`);

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
const saved = createSavedCopy(local, `salon.conversation:${path}`, (callback) => whenIdle(callback, 1000));
addEventListener('pagehide', saved.flush);
const conversation = createConversation({
  client,
  saved,
  schedule: nextFrame,
  pause: () => wait(3000, never),
  isOffline: () => connection.get() === 'lost',
  now_s: () => Date.now() / 1000,
  onNotice: notices.push,
  onShare: tabs.tell,
  onRefused(error) {
    const text = error instanceof ProblemError ? words.failures[error.problem.code] : words.lost;
    notices.push({ type: 'notice', level: 'error', text: text ?? words.failures['other'] ?? '' });
  },
});
const composer = createComposer(safeStorage(() => sessionStorage), `salon.draft:${path}`);
if (config.textbox?.value && composer.get() === '') composer.set(config.textbox.value);
const attachments = createAttachments(client, config.files ?? undefined);
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
tabs.onTold((id) => void conversation.refreshFrom(id));
void conversation.restore();

// What is there from the beginning is shown at once; else there is time until somebody writes.
const { description, chatbot } = config;
if (conversation.get().messages.length > 0 || description || chatbot?.placeholder || chatbot?.opening?.length) {
  await loadMarkdown().catch(() => undefined);
}

composer.subscribe((text) => text && void loadMarkdown().catch(() => undefined));
const typed = takeShell();
if (typed.text) composer.set(typed.text);
const target = document.getElementById('salon-page') ?? document.body;
mount(Chat, {
  target,
  props: { context: { config, lang, words, conversation, composer, attachments, connection, notices, colorScheme, onLanguage } },
});
flushSync();
if (typed.hadFocus) {
  const area = target.querySelector<HTMLTextAreaElement>('.salon-input');
  area?.focus();
  area?.setSelectionRange(typed.start, typed.end);
}
markUnseenAnswers(conversation);
if (config.reload) watchReload('api/reload');
