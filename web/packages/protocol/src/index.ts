import type { ChatNode, ComponentNode, ContainerNode } from './generated';

export type * from './generated';
export { createFolding, textOf, type Folding, type Part, type Reply, type Status } from './fold';
export { readEntries, readHeads, type Entry } from './read-entries';

export type LayoutNode = ComponentNode | ChatNode | ContainerNode;
