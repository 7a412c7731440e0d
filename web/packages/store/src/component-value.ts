import type { ComponentPart, FileRef, Source } from '@salon/protocol';

const textKinds = ['textbox', 'code', 'markdown', 'html', 'button'];
const defaults: Record<string, unknown> = { slider: 0, checkbox: false, colorpicker: '#000000' };

interface AnyProps {
  value?: unknown;
  source?: Source | null;
  sources?: Source[];
  items?: { source: Source }[];
  headers?: string[];
  rows?: unknown[][];
  messages?: unknown[];
}

/** Whether the value of a kind is its text. */
export const isText = (kind: string | undefined): boolean => textKinds.includes(kind ?? '');

/** The value of a component in the form in which turns and calls send it; a file in it is `{ $file: id }`. */
export function valueOf(part: ComponentPart): unknown {
  const {
    value,
    source,
    sources = [],
    items = [],
    headers = [],
    rows = [],
    messages = [],
  } = (part.props ?? {}) as AnyProps;
  const file = (one: Source | null | undefined) => fileValue(one, part.files ?? []);
  switch (part.kind) {
    case 'image':
    case 'audio':
    case 'video':
      return file(source);
    case 'file':
    case 'uploadbutton':
      return sources.length > 0 ? sources.map(file) : null;
    case 'multimodaltextbox':
      return { text: part.text ?? '', files: sources.map(file) };
    case 'gallery':
      return items.length > 0 ? items.map((item) => file(item.source)) : null;
    case 'dataframe':
      return { headers, data: rows };
    case 'chatbot':
      return messages;
    case 'plot':
      return null;
    default:
      return isText(part.kind) ? (part.text ?? '') : (value ?? defaults[part.kind] ?? null);
  }
}

function fileValue(source: Source | null | undefined, files: FileRef[]): unknown {
  const id = files[source?.file ?? -1]?.id;
  if (id !== undefined) return { $file: id };
  return source?.url ? { url: source.url } : null;
}
