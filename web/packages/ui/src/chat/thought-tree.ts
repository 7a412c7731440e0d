import type { ThoughtPart } from '@salon/protocol';

/** Whether a thought stands inside another one of its message; one that would stand inside itself does not. */
export function isInside(thought: ThoughtPart, thoughts: ThoughtPart[]): boolean {
  const seen = new Set<ThoughtPart>([thought]);
  let outer = parentOf(thought, thoughts);
  const isNested = outer !== undefined;
  while (outer && !seen.has(outer)) {
    seen.add(outer);
    outer = parentOf(outer, thoughts);
  }
  return isNested && outer === undefined;
}

/** The thoughts that stand inside `thought`. */
export function childrenOf(thought: ThoughtPart, thoughts: ThoughtPart[]): ThoughtPart[] {
  return thoughts.filter((other) => parentOf(other, thoughts) === thought && isInside(other, thoughts));
}

function parentOf(thought: ThoughtPart, thoughts: ThoughtPart[]): ThoughtPart | undefined {
  return thought.parent == null ? undefined : thoughts.find(({ id }) => id === thought.parent);
}
