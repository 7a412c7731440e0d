import type { Failure, Message, RunEvent } from './generated';

export type Part = NonNullable<Message['parts']>[number];
export type Status = NonNullable<Message['status']>;

/** The reply of a run as far as it is known; without `status` while the run goes on. */
export interface Reply {
  ids: string[];
  messages: Message[];
  status?: Status;
  failure?: Failure;
  /** The server's signatures of the messages, where a client is to keep these. */
  signatures?: string[];
}

/** A reply under construction: `add` each event in log order, take `reply()` at any time. */
export interface Folding {
  add(event: RunEvent): void;
  /** Messages and parts that did not change since the last call are the same objects again. */
  reply(): Reply;
}

interface GrowingMessage {
  parts: Part[];
  snapshot: Message | undefined;
}

/** Start folding a run. Appending costs what the delta costs, however long the text is. */
export function createFolding(): Folding {
  let ids: string[] = [];
  let messages: GrowingMessage[] = [];
  let end: { status: Status; failure?: Failure } | undefined;
  let signatures: string[] | undefined;

  function change(message: number, part: number, changed: (old: Part) => Part): void {
    const growing = messages[message];
    const old = growing?.parts[part];
    if (!growing || !old) return;
    growing.parts[part] = changed(old);
    growing.snapshot = undefined;
  }

  function add(event: RunEvent): void {
    switch (event.type) {
      case 'part-delta':
        change(event.message ?? 0, event.part ?? 0, (old) => withText(old, textOf(old) + event.text));
        break;
      case 'message-start':
        ids.push(event.id);
        messages.push({ parts: [], snapshot: undefined });
        break;
      case 'part-start': {
        const growing = messages[event.message ?? 0];
        if (!growing) break;
        growing.parts.push(event.value);
        growing.snapshot = undefined;
        break;
      }
      case 'part-replace':
        change(event.message ?? 0, event.part ?? 0, () => event.value);
        break;
      case 'part-truncate':
        change(event.message ?? 0, event.part ?? 0, (old) =>
          withText(old, firstCodePoints(textOf(old), event.length ?? 0)),
        );
        break;
      case 'reset':
        ids = [...(event.ids ?? [])];
        messages = (event.messages ?? []).map(({ parts }) => ({ parts: [...(parts ?? [])], snapshot: undefined }));
        break;
      case 'run-end':
        end = { status: event.status ?? 'complete', ...(event.failure && { failure: event.failure }) };
        signatures = event.signatures;
        break;
      default: // The other events change nothing in the reply.
    }
  }

  function reply(): Reply {
    const shown = messages.map((growing) => {
      growing.snapshot ??= { role: 'assistant', parts: [...growing.parts] };
      return growing.snapshot;
    });
    const last = shown.at(-1);
    if (end && end.status !== 'complete' && last) shown[shown.length - 1] = { ...last, ...end };
    return { ids: [...ids], messages: shown, ...end, ...(signatures && { signatures }) };
  }

  return { add, reply };
}

/** The text of a part; some have none. */
export function textOf(part: Part): string {
  return 'text' in part ? (part.text ?? '') : '';
}

function withText(part: Part, text: string): Part {
  return part.type === 'file' || part.type === 'options' ? part : { ...part, text };
}

function firstCodePoints(text: string, length: number): string {
  let units = 0;
  let left = length;
  for (const character of text) {
    if (left-- <= 0) break;
    units += character.length;
  }
  return text.slice(0, units);
}
