const revokeAfter_ms = 60_000;

/** Have the browser save the content of an address as a file; an object URL is revoked afterwards. */
export function saveFrom({ address, name }: { address: string; name: string }): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  if (address.startsWith('blob:')) setTimeout(() => URL.revokeObjectURL(address), revokeAfter_ms);
}

/** Have the browser save `text` as a file; characters that file names can't have become spaces. */
export function saveFile(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  saveFrom({ address, name: name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim() });
}
