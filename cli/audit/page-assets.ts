export const PAGE_STYLE = `
:root { --c1: #2e7d5b; --c2: #b3261e; --c3: #5b7bb3; --c4: #a9b4c2; }
@media (prefers-color-scheme: dark) { :root { --c1: #4fb286; --c2: #e5655b; --c3: #7f9fd6; --c4: #59636f; } }
header, main { max-width: 1500px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 22px; }
h1 { font-size: 22px; }
.picture { max-width: 1100px; font-size: .87rem; print-color-adjust: exact; }
.picture ul { list-style: none; margin: .6rem 0 0; padding: 0; }
.picture .bar { display: flex; height: 30px; background: var(--head); }
.picture .keys { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; }
.picture .keys i { display: inline-block; width: 12px; height: 12px; margin-right: .4rem; border-radius: 2px; vertical-align: -1px; }
.picture .reasons li { display: grid; grid-template-columns: minmax(9rem, 18rem) 1fr; gap: .6rem; align-items: center; padding: .1rem 0; }
.picture .reasons li > span + span { display: flex; align-items: center; gap: .5rem; padding-right: 4rem; }
.picture .reasons i { min-width: 3px; height: 14px; border-radius: 2px; background: var(--c2); }
.picture .reasons b { margin-right: -4rem; font-variant-numeric: tabular-nums; }
@media (max-width: 600px) { .picture .reasons li { grid-template-columns: 1fr; gap: 0; padding: .25rem 0; } }
.picture .dim { color: var(--dim); }
.picture .dim i { background: var(--line); }
.picture .dim b { font-weight: 400; }
.c1 { background: var(--c1); } .c2 { background: var(--c2); } .c3 { background: var(--c3); } .c4 { background: var(--c4); }
.tools { display: flex; flex-wrap: wrap; gap: 8px 22px; align-items: center; margin: 18px 0 10px; }
.tools input[type=search] { font: inherit; padding: 4px 9px; width: 20em; max-width: 70vw; color: inherit;
  background: var(--bg); border: 1px solid var(--dim); border-radius: 5px; }
.tools output { color: var(--dim); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin-bottom: 40px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; background: var(--head); white-space: nowrap; padding: 0; border-bottom: 1px solid var(--line); }
th button { all: unset; display: block; width: 100%; box-sizing: border-box; padding: 8px 10px; font-weight: 600; cursor: pointer; }
th button:hover { background: var(--hover); } th button:focus-visible { outline: 2px solid var(--c3); outline-offset: -2px; }
th button::after { content: ""; display: inline-block; width: 1em; text-align: right; color: var(--dim); }
th[aria-sort=ascending] button::after { content: "▲"; } th[aria-sort=descending] button::after { content: "▼"; }
td { white-space: nowrap; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; } tbody tr:hover td { background: var(--hover); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
th.number button { text-align: right; }
td.text { white-space: normal; min-width: 7em; max-width: 22em; overflow-wrap: break-word; }
td:last-child { white-space: normal; min-width: 14em; }
.foreign { color: var(--dim); }
.flag { display: inline-block; margin: 0 6px 2px 0; padding: 0 7px; border-radius: 9px; border: 1px solid currentColor; font-size: 12px; white-space: nowrap; color: var(--bad); }
.flag.mild { color: var(--warn); }
.online { color: var(--ok); } .stale, .never_contacted { color: var(--bad); } .offline { color: var(--warn); }
#more { font: inherit; margin: 12px; padding: 4px 14px; color: inherit; background: var(--head); border: 1px solid var(--dim); border-radius: 5px; cursor: pointer; }
#nothing { padding: 16px; margin: 0; color: var(--dim); }
@media print { .scroll { border: 0; overflow: visible; } }
`;

/** Sorting and filtering; without it the table is complete, sorted by id. */
export const PAGE_SCRIPT = `
"use strict";
(function () {
  var table = document.querySelector("table"), body = table.tBodies[0];
  var filter = document.getElementById("filter"), only = document.getElementById("only");
  var shown = document.getElementById("shown"), nothing = document.getElementById("nothing");
  var more = document.getElementById("more"), STEP = 500, limit = STEP;
  var rows = Array.from(body.rows), heads = Array.from(table.tHead.rows[0].cells);
  function key(row, column) {
    var cell = row.cells[column], value = cell.dataset.value;
    return value === undefined ? cell.textContent.toLowerCase() : Number(value);
  }
  function sort(column, direction) {
    var keyed = rows.map(function (row, index) { return { row: row, index: index, key: key(row, column) }; });
    keyed.sort(function (a, b) { return a.key < b.key ? -direction : a.key > b.key ? direction : a.index - b.index; });
    rows = keyed.map(function (item) { return item.row; });
    limit = STEP;
    apply();
    heads.forEach(function (head, index) {
      if (index === column) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
  }
  heads.forEach(function (head, column) {
    head.firstElementChild.addEventListener("click", function () {
      sort(column, head.getAttribute("aria-sort") === "ascending" ? -1 : 1);
    });
  });
  // A browser lays out hundreds of rows at once, and thousands not: the rest waits until it is asked for.
  function apply() {
    var words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean), count = 0;
    var part = document.createDocumentFragment();
    rows.forEach(function (row) {
      var show = !only.checked || row.hasAttribute("data-attention");
      if (show && words.length > 0) {
        var text = row.textContent.toLowerCase();
        show = words.every(function (word) { return text.indexOf(word) >= 0; });
      }
      if (show && count++ < limit) part.appendChild(row);
    });
    body.replaceChildren(part);
    shown.textContent = count + " of " + rows.length + " runners";
    nothing.hidden = count > 0;
    more.hidden = count <= limit;
    more.textContent = "Show " + Math.min(STEP, count - limit) + " more";
  }
  function restart() { limit = STEP; apply(); }
  more.addEventListener("click", function () { limit += STEP; apply(); });
  filter.addEventListener("input", restart);
  only.addEventListener("change", restart);
  // On paper, nothing can be expanded.
  addEventListener("beforeprint", function () { limit = Infinity; apply(); });
  addEventListener("afterprint", restart);
  apply();
})();
`;
