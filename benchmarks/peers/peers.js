// How each peer draws a graph, as its users have it drawn: `window.draw[peer](graph, element)`.
import cytoscape from 'cytoscape';
import cytoscapeDagre from 'cytoscape-dagre';
import { select } from 'd3';
import { graphlib, render } from 'dagre-d3-es';
import mermaid from 'mermaid';

cytoscape.use(cytoscapeDagre);
// Its own limits are 500 edges and 50 000 characters: a user of a large graph must raise them to see anything.
mermaid.initialize({ startOnLoad: false, maxEdges: 1e6, maxTextSize: 1e9 });

/** What `draw_mermaid()` writes, as JupyterLab, GitHub and mermaid.live draw it. */
async function drawMermaid({ mermaid: text }, element) {
  const { svg } = await mermaid.render('drawing', text);
  element.innerHTML = svg;
}

/** As ipydagred3 0.4 does: dagre-d3 on a graph of labelled nodes and edges. */
async function drawDagre({ nodes, edges }, element) {
  const graph = new graphlib.Graph({ multigraph: true }).setGraph({});
  for (const { id } of nodes) graph.setNode(id, { label: id, rx: 5, ry: 5 });
  for (const { id, source, target, label } of edges) graph.setEdge(source, target, { label: label ?? '' }, id);
  const svg = select(element).append('svg').attr('width', 1200).attr('height', 800);
  render()(svg.append('g'), graph);
}

/** As ipycytoscape 1.3 does: cytoscape.js with the dagre layout. */
async function drawCytoscape({ nodes, edges }, element) {
  element.style.height = '800px';
  const elements = [
    ...nodes.map(({ id }) => ({ data: { id } })),
    ...edges.map(({ id, source, target, label }) => ({ data: { id, source, target, label } })),
  ];
  const drawn = cytoscape({
    container: element,
    elements,
    style: [
      { selector: 'node', style: { label: 'data(id)' } },
      { selector: 'edge', style: { 'curve-style': 'bezier', 'target-arrow-shape': 'triangle' } },
      { selector: 'edge[label]', style: { label: 'data(label)' } },
    ],
    layout: { name: 'dagre', animate: false },
  });
  if (drawn.nodes().length !== nodes.length) throw new Error('not all nodes are drawn');
}

window.draw = { mermaid: drawMermaid, dagre: drawDagre, cytoscape: drawCytoscape };
