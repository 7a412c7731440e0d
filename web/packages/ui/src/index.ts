export { createColorScheme } from './chat/color-scheme';
export { findFilesIn } from './components/file-address';
export { loadMarkdown } from './chat/load-markdown';
export { translated } from './i18n/translated';
export { chooseWords } from './i18n/choose-words';
export type { Words } from './i18n/words';
export { default as Page } from './page.svelte';
export type { ChatModel, PageModel } from './page-context';
export { whenIdle } from './when-idle';
