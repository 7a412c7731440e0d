import type { ThoughtPart } from '@salon/protocol';

/** Whether a thought is inside another one of its message; a thought that would be inside itself is not. */
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

/** The thoughts inside `thought`. */
export function childrenOf(thought: ThoughtPart, thoughts: ThoughtPart[]): ThoughtPart[] {
  return thoughts.filter((other) => parentOf(other, thoughts) === thought && isInside(other, thoughts));
}

function parentOf(thought: ThoughtPart, thoughts: ThoughtPart[]): ThoughtPart | undefined {
  return thought.parent == null ? undefined : thoughts.find(({ id }) => id === thought.parent);
}
