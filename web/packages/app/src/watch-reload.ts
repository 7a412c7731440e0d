/** Load the page again when the server behind `address` has been started anew. */
export function watchReload(address: string): void {
  let known: string | undefined;
  const source = new EventSource(address);
  source.onmessage = ({ data }: MessageEvent<string>) => {
    if (known !== undefined && data !== known) location.reload();
    known = data;
  };
}
