declare module 'plotly.js-strict-dist-min' {
  interface Plotly {
    react(element: HTMLElement, data: unknown[], layout: object, config: object): Promise<unknown>;
  }
  const plotly: Plotly;
  export default plotly;
}
