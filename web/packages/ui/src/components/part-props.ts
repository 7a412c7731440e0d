import type { ComponentPart, MarkdownProps } from '@salon/protocol';

/** What the props of all kinds have; Markdown's have nothing else. */
export type CommonProps = MarkdownProps;

/** The props of a part in the form of its kind; the server and the saved copy are checked for it. */
export function partProps<P>(part: ComponentPart): Partial<P> {
  return (part.props ?? {}) as Partial<P>;
}
