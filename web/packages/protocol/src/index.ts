export type * from './generated';
export { createFolding, textOf, type Folding, type Part, type Reply, type Status } from './fold';
export { readEntries, type Entry } from './read-entries';
