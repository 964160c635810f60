// The page that drawings are timed in: from the data, as text, until what was drawn has been painted.
async function painted() {
  await new Promise((next) => requestAnimationFrame(next));
  await new Promise((next) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = next;
    port2.postMessage(null);
  });
}

/** A session's view, on a model as a host hands it over. */
async function drawView(traits, element) {
  const model = {
    get: (name) => traits[name],
    on: () => undefined,
    off: () => undefined,
    send: () => undefined,
  };
  const { default: widget } = await window.view;
  widget.render({ model, el: element });
}

/** How many nodes are on the screen, of a drawing that has an element for each. */
const NODES = { view: '.hitl-node', mermaid: 'svg .node', dagre: 'svg .node', cytoscape: 'canvas' };

/** Draw and tell in `window.seconds` how long it took, or what went wrong. */
window.timeDrawing = async (peer, text, count) => {
  try {
    const element = document.getElementById('cell');
    await painted();
    const start = performance.now();
    await (peer === 'view' ? drawView : window.draw[peer])(JSON.parse(text), element);
    await painted();
    const seconds = (performance.now() - start) / 1000;
    const drawn = element.querySelectorAll(NODES[peer]).length;
    if (drawn < (peer === 'cytoscape' ? 1 : count)) throw new Error(`${drawn} of ${count} nodes are drawn`);
    window.seconds = seconds;
  } catch (error) {
    window.seconds = String(error);
  }
};
