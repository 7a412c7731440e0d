/** How the server can be reached at the moment. */
export type Link = 'online' | 'lost' | 'stopping';

/** The functions of the environment that the client needs; tests script them. */
export interface Transport {
  fetch: (url: string, init?: RequestInit) => Promise<Response>;
  /** Send a file and report the progress; throws when the server can't be reached. */
  upload: (url: string, file: Blob, onProgress: (share: number) => void, signal: AbortSignal) => Promise<Response>;
  /** Address of the page: every request is relative to it. */
  base: string;
  /**
   * Resolve after so many milliseconds, earlier when the network comes back, at once when aborted. `failures` attempts in
   * a row have failed; an error that is thrown for too many of them ends the attempts.
   */
  wait: (milliseconds: number, signal: AbortSignal, failures: number) => Promise<void>;
  onLink: (link: Link) => void;
  /** Call back when the device loses its network; returns how to stop that. */
  onOffline: (callback: () => void) => () => void;
}
