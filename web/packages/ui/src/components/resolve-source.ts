import type { FileRef, Source } from '@salon/protocol';
import { fileAddress } from './file-address';

export interface Resolved {
  /** Where the browser finds it, relative to the page. */
  href: string;
  name: string;
  size_bytes: number | undefined;
  mediaType: string | undefined;
}

/** Return the file or address of a component's source. */
export function resolveSource(source: Source | null | undefined, files: FileRef[] = []): Resolved | undefined {
  if (source?.url) {
    // The author's own files have addresses that are relative to the page; only the last step counts here.
    const base = 'http://page/';
    const path = URL.canParse(source.url, base) ? new URL(source.url, base).pathname : '';
    return { href: source.url, name: lastStep(path) || source.url, size_bytes: undefined, mediaType: undefined };
  }
  const file = files[source?.file ?? -1];
  return (
    file && {
      href: fileAddress(file),
      name: file.name,
      size_bytes: file.size_bytes,
      mediaType: file.media_type,
    }
  );
}

function lastStep(path: string): string {
  const step = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
