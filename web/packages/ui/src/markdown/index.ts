export { copiedSelection } from './copied-selection';
export { toggleCode } from './diagrams';
export { followFootnote } from './footnotes';
export { showHtml, showLine } from './fragments';
export { createMarkdownView, type MarkdownView } from './markdown-view';
export { parserFor, rawParserFor } from './parser';
export { showImage } from './remote-images';
