export { default as Chat } from './chat/chat.svelte';
export type { PageContext } from './chat/chat-context';
export { createColorScheme } from './chat/color-scheme';
export { translated } from './i18n/translated';
export { chooseWords } from './i18n/choose-words';
export type { Words } from './i18n/words';
export { loadMarkdown } from './chat/load-markdown';
export { whenIdle } from './when-idle';
