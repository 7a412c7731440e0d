import type { ComponentPart } from '@salon/protocol';
import type { Component } from 'svelte';

export interface ViewProps {
  part: ComponentPart;
  /** No more of it will come. */
  isFinished: boolean;
}

/** The view of each kind, loaded when one appears. */
export const views: Record<string, () => Promise<{ default: Component<ViewProps> }>> = {
  audio: () => import('./media/view.svelte'),
  code: () => import('./code/view.svelte'),
  dataframe: () => import('./dataframe/view.svelte'),
  file: () => import('./file/view.svelte'),
  gallery: () => import('./gallery/view.svelte'),
  html: () => import('./html/view.svelte'),
  image: () => import('./image/view.svelte'),
  json: () => import('./json/view.svelte'),
  label: () => import('./label/view.svelte'),
  markdown: () => import('./markdown/view.svelte'),
  plot: () => import('./plot/view.svelte'),
  video: () => import('./media/view.svelte'),
};
