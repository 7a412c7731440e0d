// Runs in both pages before their own scripts: tells when words of the last answer, and keys, are painted.
{
  /** Resolves in the first task after the next animation frame, when what is in the DOM now has been painted. */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });

  let since = 0;
  let frameAt;
  let worstGap = 0;
  let changedAt = 0;
  let marker;
  let onMarker;

  function isAnswered() {
    return [...document.querySelectorAll('[data-testid="bot"]')].at(-1)?.textContent.includes(marker);
  }

  function onChange(records) {
    changedAt = performance.now();
    if (!marker) return;
    const touched = records.flatMap(({ target, addedNodes, type }) => (type === 'childList' ? [...addedNodes] : [target]));
    if (!touched.some((node) => node.textContent.includes(marker)) || !isAnswered()) return;
    marker = undefined;
    onMarker();
  }

  function onFrame(now) {
    if (frameAt !== undefined) worstGap = Math.max(worstGap, now - frameAt);
    frameAt = now;
    if (bench.isWatching) requestAnimationFrame(onFrame);
  }

  function onKey({ key, timeStamp }) {
    since = timeStamp;
    if (key === 'Enter') worstGap = 0;
  }

  globalThis.bench = {
    isWatching: false,

    /** Watch for `words` in the last answer. `result` has the time from the last key, or else from the navigation. */
    watch(words) {
      marker = words;
      frameAt = undefined;
      worstGap = 0;
      this.isWatching = true;
      this.result = new Promise((resolve) => (onMarker = resolve))
        .then(painted)
        .then((now) => {
          this.isWatching = false;
          return { painted_ms: now - since, worst_gap_ms: Math.max(worstGap, now - frameAt) };
        });
      requestAnimationFrame(onFrame);
    },

    /** `result` has the time from the next key to the frame that shows it. */
    watchKey() {
      this.result = new Promise((resolve) => addEventListener('input', resolve, { once: true }))
        .then(painted)
        .then((now) => now - since);
    },

    /** Resolves when nothing has changed for `quiet_ms`. */
    async rest(quiet_ms) {
      changedAt = performance.now();
      while (performance.now() - changedAt < quiet_ms) await new Promise((resolve) => setTimeout(resolve, 50));
    },

    /** Elements and texts in the document. */
    countNodes() {
      const nodes = document.createNodeIterator(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      let count = 0;
      while (nodes.nextNode()) count += 1;
      return count;
    },
  };

  addEventListener('keydown', onKey, true);
  new MutationObserver(onChange).observe(document, { childList: true, characterData: true, subtree: true });
}
