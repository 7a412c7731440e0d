import type { Component } from 'svelte';
import type { InputProps } from './input-props';

interface Input {
  load: () => Promise<{ default: Component<InputProps> }>;
  /** It is an input even where it cannot be changed; others are then only shown. */
  isForm?: boolean;
  /** It consists of several elements that the label names together. */
  isGroup?: boolean;
  hasOwnLabel?: boolean;
}

const upload: Input = { load: () => import('./upload.svelte'), isGroup: true };

/** The view of each kind that takes values, loaded when one appears. */
export const inputs: Record<string, Input> = {
  audio: upload,
  button: { load: () => import('./button.svelte'), isForm: true, hasOwnLabel: true },
  checkbox: { load: () => import('./checkbox.svelte'), isForm: true, hasOwnLabel: true },
  checkboxgroup: { load: () => import('./choices.svelte'), isForm: true, isGroup: true },
  code: { load: () => import('./code.svelte') },
  colorpicker: { load: () => import('./color-picker.svelte'), isForm: true },
  dataframe: { load: () => import('./dataframe.svelte'), isGroup: true },
  datetime: { load: () => import('./date-time.svelte'), isForm: true },
  downloadbutton: { load: () => import('./download-button.svelte'), isForm: true, hasOwnLabel: true },
  dropdown: { load: () => import('./dropdown.svelte'), isForm: true },
  file: upload,
  gallery: upload,
  image: upload,
  json: { load: () => import('./json.svelte') },
  multimodaltextbox: { load: () => import('./multimodal-textbox.svelte'), isForm: true },
  number: { load: () => import('./number.svelte'), isForm: true },
  radio: { load: () => import('./choices.svelte'), isForm: true, isGroup: true },
  slider: { load: () => import('./slider.svelte'), isForm: true },
  textbox: { load: () => import('./textbox.svelte'), isForm: true },
  uploadbutton: { load: () => import('./upload-button.svelte'), isForm: true, hasOwnLabel: true },
  video: upload,
};
