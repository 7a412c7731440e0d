import type { en } from './en';

/** A complete table of the page's words in one language. */
export type Words = typeof en;
