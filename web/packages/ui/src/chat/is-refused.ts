/** Whether the reader, or the browser for them, does not let the page use a device. */
export function isRefused(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'SecurityError');
}
