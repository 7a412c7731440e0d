/** Draws Plotly's figures inside a sandboxed frame, in the page's colours where the author chose none. */
import Plotly from 'plotly.js-strict-dist-min';
import { applyTheme, type Theme } from './theme';

interface Figure {
  data?: unknown[];
  layout?: Record<string, unknown>;
}

interface Order {
  figure?: Figure;
  theme?: Theme;
}

const defaultHeight_px = 420;
const element = document.createElement('div');
document.body.style.margin = '0';
document.body.append(element);
let figure: Figure | undefined;
let theme: Theme | undefined;

addEventListener('message', ({ source, data }: MessageEvent<Order>) => {
  if (source !== parent) return;
  figure = data.figure ?? figure;
  theme = data.theme ?? theme;
  if (theme) applyTheme(theme);
  if (figure && theme) void draw(figure, theme);
});
parent.postMessage({ isReady: true }, '*');

async function draw({ data = [], layout = {} }: Figure, { colors, font }: Theme): Promise<void> {
  const height = typeof layout['height'] === 'number' ? layout['height'] : defaultHeight_px;
  parent.postMessage({ height }, '*');
  const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  const lines = {
    gridcolor: colors['line-color'],
    zerolinecolor: colors['line-color'],
    linecolor: colors['line-color'],
  };
  const themed: Record<string, unknown> = {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    ...layout,
    font: { family: font, color: colors['ink'], ...record(layout['font']) },
    height,
    autosize: layout['width'] === undefined,
  };
  for (const axis of new Set(['xaxis', 'yaxis', ...axes])) themed[axis] = { ...lines, ...record(layout[axis]) };
  await Plotly.react(element, data, themed, { responsive: true, displaylogo: false });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
