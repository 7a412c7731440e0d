import type { PageConfig } from '@salon/protocol';

/** The configuration that the server wrote into the page. */
export function readConfig(): PageConfig {
  return JSON.parse(document.getElementById('salon-config')?.textContent ?? '{}') as PageConfig;
}
