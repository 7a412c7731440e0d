export type * from './generated';
export { createFolding, type Folding, type Part, type Reply, type Status } from './fold';
export { readEntries, type Entry } from './read-entries';
