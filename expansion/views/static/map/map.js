"use strict";
// A Leaflet map as a Streamlit component. Python sends layers as data, never as code; tooltips and legend labels are
// markup that expansion.figures has made safe. Nothing is loaded from outside: see the policy in index.html.

const map = L.map("map", { preferCanvas: true, zoomSnap: 0.5, maxZoom: 19, minZoom: 3, boxZoom: false });
window.map = map;
map.attributionControl.setPrefix(false).addAttribution("© OpenStreetMap contributors");
L.control.scale({ imperial: true }).addTo(map);
const renderer = L.canvas({ padding: 0.3, tolerance: 4 });
const state = { layers: [], shown: [], hidden: new Set(), known: new Set(), selected: new Set(), view: null, height: 0, serial: Date.now(), turn: 0 };

const send = (type, content) => window.parent.postMessage({ isStreamlitMessage: true, type, ...content }, "*");
const report = (kind, content) => {
  state.serial += 1;
  send("streamlit:setComponentValue", { value: { serial: state.serial, kind, ...content }, dataType: "json" });
};

// ---------------------------------------------------------------- layers

function styleOf(layer, feature) {
  const style = layer.styles[feature.properties.style] || {};
  const chosen = layer.selectable && state.selected.has(feature.id) ? layer.chosen : {};
  const flat = feature.geometry.type.endsWith("LineString") ? { fill: false } : {};
  return { ...style, ...chosen, ...flat, renderer };
}

function drawFeatures(layer, features) {
  const options = {
    interactive: layer.interactive,
    style: (feature) => styleOf(layer, feature),
    pointToLayer: (feature, at) => L.circleMarker(at, styleOf(layer, feature)),
  };
  const group = L.geoJSON({ type: "FeatureCollection", features }, options);
  if (layer.interactive) {
    group.bindTooltip((shape) => shape.feature.properties.tip || "", { sticky: true, direction: "auto", opacity: 0.97 });
  }
  return group;
}

function isShown(layer) {
  const zoom = map.getZoom();
  return !state.hidden.has(layer.id) && zoom >= layer.min_zoom && zoom < layer.max_zoom;
}

function partsOf(layer) {
  // A small layer is one part; of a large one, the sheets in view that have arrived. Others are asked for.
  if (!layer.sheets.length) {
    layer.group = layer.group || drawFeatures(layer, layer.features);
    return [{ key: layer.version, group: layer.group }];
  }
  const view = map.getBounds().pad(0.15);
  const inView = layer.sheets.filter((sheet) => view.intersects(sheet.bounds));
  for (const sheet of inView) fetchSheet(layer, sheet);
  forgetSheets(layer, inView);
  return inView.filter((sheet) => sheet.group);
}

async function fetchSheet(layer, sheet) {
  if (sheet.group || sheet.asked) return;
  sheet.asked = true;
  try {
    sheet.group = drawFeatures(layer, JSON.parse(await fetchText(sheet)));
    trouble.hidden = true;
    if (state.layers.includes(layer)) refresh();
  } catch (error) {
    trouble.hidden = false;
  } finally {
    sheet.asked = false;
  }
}

function forgetSheets(layer, inView) {
  const idle = layer.sheets.filter((sheet) => sheet.group && !inView.includes(sheet));
  for (const sheet of idle.slice(0, Math.max(idle.length - 20, 0))) sheet.group = null;
}

function refresh() {
  // Drawn anew in order whenever one comes or goes: on a canvas the order of drawing is what lies on top.
  const parts = state.layers.filter(isShown).flatMap((layer) => partsOf(layer).map((part) => ({ layer, part })));
  const key = parts.map(({ layer, part }) => `${layer.id}:${part.key}`).join("|");
  if (key !== state.drawn) {
    for (const group of state.shown) map.removeLayer(group);
    state.shown = parts.map(({ part }) => part.group);
    for (const group of state.shown) map.addLayer(group);
    state.drawn = key;
  }
  paintLegend();
}

function restyle() {
  for (const layer of state.layers) {
    if (layer.selectable && layer.group) layer.group.setStyle((feature) => styleOf(layer, feature));
  }
}

async function fetchText(sent) {
  if (sent.content !== undefined) return sent.content;
  const answer = await fetch(sent.url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${sent.url}: ${answer.status}`);
  return answer.text();
}

async function fetchLayer(sent) {
  const layer = { ...JSON.parse(await fetchText(sent)), id: sent.id, version: sent.version, group: null };
  layer.sheets = sent.sheets.map((sheet) => {
    const [west, south, east, north] = sheet.box;
    return { ...sheet, key: sheet.version, bounds: L.latLngBounds([[south, west], [north, east]]), group: null };
  });
  return layer;
}

async function takeLayers(sent) {
  // Only layers that are new or changed are asked for; the others stay as they are drawn.
  const before = new Map(state.layers.map((layer) => [layer.id, layer]));
  const fresh = await Promise.all(sent.map((one) => {
    const old = before.get(one.id);
    return old && old.version === one.version ? old : fetchLayer(one);
  }));
  for (const one of sent) {
    if (one.hidden && !state.known.has(one.id)) state.hidden.add(one.id);
    state.known.add(one.id);
  }
  return fresh;
}

// ---------------------------------------------------------------- legend

const swatch = {
  fill: (look) => `<rect x="2" y="1.5" width="16" height="11" rx="2" fill="${look.fillColor}" fill-opacity="${look.fillOpacity}" stroke="${look.color}" stroke-width="${Math.min(look.weight, 2)}" stroke-dasharray="${look.dashArray || ""}"/>`,
  line: (look) => `<line x1="1" y1="7" x2="19" y2="7" stroke="${look.color}" stroke-width="${Math.min(look.weight, 4)}" stroke-dasharray="${look.dashArray || ""}"/>`,
  dot: (look) => `<circle cx="10" cy="7" r="${Math.min(look.radius, 5.5)}" fill="${look.fillColor}" fill-opacity="${look.fillOpacity}" stroke="${look.color}" stroke-width="${look.weight}"/>`,
};

const legend = L.control({ position: "topright" });
legend.onAdd = () => {
  const box = L.DomUtil.create("details", "legend");
  box.innerHTML = "<summary>Layers and legend</summary><ul></ul>";
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  return box;
};
legend.addTo(map);
const legendBox = legend.getContainer();
legendBox.querySelector("ul").addEventListener("change", (event) => {
  const id = event.target.dataset.layer;
  if (event.target.checked) state.hidden.delete(id);
  else state.hidden.add(id);
  refresh();
});

function legendItem(layer) {
  const zoom = map.getZoom();
  const far = zoom < layer.min_zoom ? "zoom in to see them" : zoom >= layer.max_zoom ? "seen from further out" : "";
  const entries = far ? `<div class="note">${far}</div>` : layer.legend.map((entry) => {
    const look = layer.styles[entry.style];
    return `<div class="entry"><svg aria-hidden="true">${swatch[look.radius ? "dot" : look.fill ? "fill" : "line"](look)}</svg><span class="name">${entry.label}</span><span class="count">${entry.count === null ? "" : entry.count.toLocaleString("en")}</span></div>`;
  }).join("");
  const on = state.hidden.has(layer.id) ? "" : "checked";
  return `<li><label class="${far ? "off" : ""}"><input type="checkbox" data-layer="${layer.id}" ${on}>${layer.title}</label>${on ? entries : ""}</li>`;
}

function paintLegend() {
  const markup = [...state.layers].reverse().map(legendItem).join("");
  if (markup === state.legend) return;
  const focused = document.activeElement && document.activeElement.dataset.layer;
  legendBox.querySelector("ul").innerHTML = markup;
  if (focused) legendBox.querySelector(`[data-layer="${focused}"]`)?.focus();
  state.legend = markup;
}

// ---------------------------------------------------------------- choosing

function pickAt(latlng) {
  // The feature under the pointer, else the one whose outline is nearest within a finger's reach: small ones count too.
  const point = map.latLngToLayerPoint(latlng);
  let nearest = null, least = 8;
  for (const layer of state.layers) {
    if (!layer.selectable || !layer.group || !map.hasLayer(layer.group)) continue;
    for (const shape of layer.group.getLayers()) {
      if (!shape._pxBounds || !shape._pxBounds.contains(point)) continue;
      if (isInside(shape, point)) return shape.feature.id;
      const far = distanceTo(shape, point);
      if (far < least) { least = far; nearest = shape.feature.id; }
    }
  }
  return nearest;
}

function isInside(shape, point) {
  let inside = false;
  for (const ring of shape._parts) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const a = ring[i], b = ring[j];
      if ((a.y > point.y) !== (b.y > point.y) && point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
    }
  }
  return inside;
}

function distanceTo(shape, point) {
  let least = Infinity;
  for (const ring of shape._parts) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      least = Math.min(least, L.LineUtil.pointToSegmentDistance(point, ring[j], ring[i]));
    }
  }
  return least;
}

map.on("click", (event) => {
  if (box.on || box.justDrawn || !state.choosing) return;
  if (state.placing) {
    const side = map.containerPointToLatLng(event.containerPoint.add([14, 0]));
    report("place", { latitude: event.latlng.lat, longitude: event.latlng.lng, meters: map.distance(event.latlng, side) });
    return;
  }
  const id = pickAt(event.latlng);
  if (id === null) return;
  // Shown at once; Python answers with the selection that then stands.
  if (state.selected.has(id)) state.selected.delete(id);
  else state.selected.add(id);
  restyle();
  report("click", { id });
});

const icons = {
  box: '<svg viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="1.8"><rect x="3" y="3" width="12" height="12" stroke-dasharray="3 2"/></svg>',
  fit: '<svg viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="1.8"><path d="M3 7V3h4M11 3h4v4M15 11v4h-4M7 15H3v-4"/></svg>',
};

function addButton(name, label, act) {
  const control = L.control({ position: "topleft" });
  control.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar");
    bar.innerHTML = `<button type="button" class="${name}" title="${label}" aria-label="${label}">${icons[name]}</button>`;
    L.DomEvent.disableClickPropagation(bar);
    bar.firstChild.addEventListener("click", act);
    return bar;
  };
  control.addTo(map);
  return control.getContainer();
}

const box = { on: false, justDrawn: false, start: null, shape: null };
function showAll(animate) {
  const legendWidth = legendBox.open ? legendBox.offsetWidth + 10 : 0;
  if (state.view) map.fitBounds(state.view, { paddingTopLeft: [12, 12], paddingBottomRight: [12 + legendWidth, 12], animate });
}
addButton("fit", "Show the whole study", () => showAll(true));
const boxBar = addButton("box", "Draw a box to choose areas (Esc ends)", () => setBox(!box.on));

function setBox(on) {
  box.on = on;
  boxBar.firstChild.setAttribute("aria-pressed", on);
  map.getContainer().classList.toggle("drawing", on);
  map.dragging[on ? "disable" : "enable"]();
  if (!on && box.shape) { map.removeLayer(box.shape); box.shape = null; box.start = null; }
}

map.on("mousedown", (event) => {
  if (!box.on) return;
  box.start = event.latlng;
  box.shape = L.rectangle([box.start, box.start], { color: "#0f6b5c", weight: 2, dashArray: "5 4", fillOpacity: 0.08 }).addTo(map);
});
map.on("mousemove", (event) => box.start && box.shape.setBounds([box.start, event.latlng]));
map.on("mouseup", (event) => {
  if (!box.start) return;
  const bounds = L.latLngBounds(box.start, event.latlng);
  box.justDrawn = true;
  setTimeout(() => { box.justDrawn = false; }, 50);
  setBox(false);
  report("box", { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() });
});
document.addEventListener("keydown", (event) => event.key === "Escape" && setBox(false));

// ---------------------------------------------------------------- what Python sends

map.on("moveend", refresh);

function resize(args) {
  if (args.height === state.height) return;
  document.getElementById("map").style.height = `${args.height}px`;
  state.height = args.height;
  send("streamlit:setFrameHeight", { height: args.height });
  map.invalidateSize();
  legendBox.open = map.getSize().x > 700;
  legendBox.style.maxHeight = `${args.height - 40}px`;
}

function drawNow(args, layers) {
  state.layers = layers;
  state.drawn = null;
  state.selected = new Set(args.selected);
  if (args.view_key !== state.viewKey) {
    state.view = args.bounds;
    state.viewKey = args.view_key;
    state.unseen = map.getContainer().clientWidth === 0;
    showAll(false);
  }
  refresh();
  restyle();
}

// A map in a tab that is not open has no size: it is fitted as it opens and grows, until somebody touches it.
for (const touch of ["pointerdown", "wheel", "keydown"]) {
  map.getContainer().addEventListener(touch, () => { state.unseen = false; }, { capture: true, passive: true });
}
new ResizeObserver(() => {
  if (!state.unseen || map.getContainer().clientWidth === 0) return;
  map.invalidateSize({ pan: false });
  legendBox.open = map.getSize().x > 700;
  showAll(false);
}).observe(map.getContainer());

function showTiles(tiles) {
  // One source for as long as the map lives; what fails to load leaves the background as it is.
  if (!tiles || state.tiles) return;
  const credit = document.createElement("span");
  credit.textContent = tiles.credit;
  state.tiles = L.tileLayer(tiles.url, { maxZoom: 19, attribution: credit.innerHTML }).addTo(map);
}

async function render(args) {
  resize(args);
  showTiles(args.tiles);
  boxBar.hidden = !args.choosing || args.placing;
  state.choosing = args.choosing;
  state.placing = args.placing;
  map.getContainer().classList.toggle("placing", args.placing);
  state.turn += 1;
  const turn = state.turn;
  try {
    const layers = await takeLayers(args.layers);
    if (turn === state.turn) drawNow(args, layers);
    trouble.hidden = true;
  } catch (error) {
    trouble.hidden = false;
  }
}

// How many features of each layer are on the map now: for tests, and for whoever asks in the console.
window.drawn = () => Object.fromEntries(
  state.layers.map((layer) => [layer.id, [layer, ...layer.sheets].filter((part) => part.group && map.hasLayer(part.group))])
    .filter(([, parts]) => parts.length)
    .map(([id, parts]) => [id, parts.reduce((sum, part) => sum + part.group.getLayers().length, 0)]));
const trouble = document.getElementById("trouble");

map.setView([0, 0], 3);
window.addEventListener("message", (event) => {
  if (event.source === window.parent && event.data.type === "streamlit:render") render(event.data.args);
});
send("streamlit:componentReady", { apiVersion: 1 });
