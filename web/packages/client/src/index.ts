export { createClient, type Client, type DocumentFormat, type TurnStream } from './client';
export { bytesOf, copyLimits, copyOf } from './copy-of';
export { newId } from './new-id';
export { ProblemError } from './problem-error';
export type { Link, Transport } from './transport';
export { wait } from './wait';
