import type { ComponentPart, MarkdownProps } from '@salon/protocol';

/** The props that all kinds have; Markdown has no others. */
export type CommonProps = MarkdownProps;

/** The props of a part in the form of its kind; the server and the saved copy are checked for it. */
export function partProps<P>(part: ComponentPart): Partial<P> {
  return (part.props ?? {}) as Partial<P>;
}
