/** Tell whether a file is a picture, where only its name is known. */
export function isPicture(name: string): boolean {
  return /\.(png|jpe?g|gif|webp|svg|avif|bmp)$/i.test(name);
}
