import type { FileRef, OutputDelta, OutputSet, RunEvent } from '@salon/protocol';

/** A component as a function has set it: what it did not set is not there. */
export interface Output {
  /** The id of the component on the page. */
  node: string;
  /** The `value` of its props, or its text; `undefined` where its kind has neither. */
  value: unknown;
  /** Its properties, of the type of its kind's props. */
  props: Record<string, unknown>;
  /** The text of kinds that are made of text. */
  text: string | undefined;
  /** Files that it shows. */
  files: FileRef[];
}

/** Return the components of `nodes` as the events of a call leave them, in their order. */
export function outputsOf(nodes: readonly string[], events: readonly RunEvent[]): Output[] {
  const found = new Map<string, Omit<Output, 'value' | 'node'>>();

  function apply(event: OutputSet | OutputDelta): void {
    const old = found.get(event.node) ?? { props: {}, text: undefined, files: [] };
    if (event.type === 'output-delta') {
      // Conversations that functions fill grow inside of their messages, which the last `output-set` has.
      if (event.message == null) found.set(event.node, { ...old, text: (old.text ?? '') + event.text });
      return;
    }
    const { props, text, files } = event;
    found.set(event.node, { props: { ...old.props, ...props }, text: text ?? old.text, files: files ?? old.files });
  }

  for (const event of events) {
    if (event.type === 'output-set' || event.type === 'output-delta') apply(event);
    else if (event.type === 'reset') event.outputs?.forEach(apply);
  }
  return nodes.map((node) => {
    const { props, text, files } = found.get(node) ?? { props: {}, text: undefined, files: [] };
    return { node, value: 'value' in props ? props['value'] : text, props, text, files };
  });
}
