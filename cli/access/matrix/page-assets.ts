export const MATRIX_STYLE = `
:root { --idle: #8a94a0; --badbg: #fde7e5; --warnbg: #fff1d6; }
@media (prefers-color-scheme: dark) { :root { --idle: #6d7782; --badbg: #4a1c19; --warnbg: #44330f; } }
html, body { height: 100%; }
body { display: flex; flex-direction: column; line-height: 1.4; }
header { padding: 14px 20px 10px; border-bottom: 1px solid var(--line); }
h1 { font-size: 20px; }
.source { margin: 2px 0 8px; }
ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; }
.counts { gap: 4px 22px; margin-bottom: 8px; }
.counts b { font-size: 18px; font-variant-numeric: tabular-nums; }
.open-row, .counts .doubt b { color: var(--warn); font-weight: 700; }
.counts .bad b { color: var(--bad); } .counts .good b { color: var(--ok); }
.tools { display: flex; flex-wrap: wrap; gap: 6px 22px; align-items: center; }
.tools input[type=search] { font: inherit; padding: 3px 8px; width: 16em; max-width: 60vw; color: inherit;
  background: var(--bg); border: 1px solid var(--idle); border-radius: 4px; }
.legend { gap: 2px 16px; color: var(--dim); } .legend li { white-space: nowrap; }
.legend span { display: inline-block; min-width: 1.3em; text-align: center; border-radius: 3px; }
main { flex: 1; overflow: auto; min-height: 0; }
table { border-collapse: separate; border-spacing: 0; width: max-content; }
th { font-weight: 500; text-align: left; background: var(--head); white-space: nowrap; }
thead th { position: sticky; top: 0; z-index: 2; vertical-align: bottom; border-bottom: 1px solid var(--line); padding: 6px 0; }
thead th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 240px; overflow: hidden;
  text-overflow: ellipsis; margin: 0 auto; display: block; line-height: 24px; }
.few thead th:not(.corner) span { writing-mode: horizontal-tb; transform: none; padding: 0 12px; }
tbody th { position: sticky; left: 0; z-index: 1; padding: 0 14px 0 20px; max-width: 42vw; overflow: hidden;
  text-overflow: ellipsis; border-right: 1px solid var(--line); font-size: 13px; }
thead .corner { left: 0; z-index: 3; padding: 6px 14px 6px 20px; color: var(--dim); border-right: 1px solid var(--line); }
th i { font-style: normal; color: var(--dim); }
td { min-width: 24px; height: 24px; text-align: center; border-bottom: 1px solid var(--line);
  border-right: 1px solid var(--line); padding: 0; line-height: 1; cursor: default; }
tbody th { border-bottom: 1px solid var(--line); }
tr.group th, tr.group td { background: var(--bg); font-weight: 600; border-right: 0; height: 28px; }
td:focus { outline: 2px solid currentColor; outline-offset: -2px; }
.own, .group:is(td, span), .open, .visible { color: var(--ok); }
.idle:is(td, span) { color: var(--idle); }
.missing, .off { color: var(--bad); background: var(--badbg); font-weight: 700; }
.pending, .revoked, .unseen { color: var(--warn); background: var(--warnbg); }
tr:not(.group):hover th, tr:not(.group):hover td:not([class]), th.at { background: var(--hover); }
tr[hidden], th[hidden], td[hidden] { display: none; }
footer { border-top: 1px solid var(--line); padding: 7px 20px; min-height: 34px; background: var(--head); }
#nothing { padding: 20px; color: var(--dim); }
@media print { main { overflow: visible; } thead th, tbody th { position: static; } }
`;

/** Filtering, details and keyboard of the matrix page; without it the table is complete, but cannot be filtered. */
export const MATRIX_SCRIPT = `
"use strict";
(function () {
  var table = document.querySelector("table"), detail = document.getElementById("detail");
  var filter = document.getElementById("filter"), gaps = document.getElementById("gaps");
  var heads = Array.from(table.tHead.rows[0].cells).slice(1);
  var rows = Array.from(table.tBodies[0].rows);
  // Show names horizontally if there is room.
  if (heads.length <= 12) {
    table.classList.add("few");
    if (table.offsetWidth > table.parentNode.clientWidth) table.classList.remove("few");
  }
  var hint = detail.textContent;

  function apply() {
    var words = filter.value.trim().toLowerCase(), only = gaps.checked;
    var has = function (th) { return th.title.split(" (")[0].toLowerCase().indexOf(words) >= 0; };
    var data = rows.filter(function (row) { return !row.classList.contains("group"); });
    var byRow = data.filter(function (row) { return has(row.cells[0]); });
    var byHead = heads.map(has);
    // A path that names consumers narrows the rows, one that names producers the columns.
    var useRows = byRow.length > 0, useHeads = byHead.indexOf(true) >= 0;
    var nothing = words !== "" && !useRows && !useHeads;
    var showHead = heads.map(function (_, i) { return words === "" || !useHeads || byHead[i]; });
    var showRow = data.map(function (row) { return !nothing && (words === "" || !useRows || has(row.cells[0])); });
    if (only) {
      showRow = showRow.map(function (show, i) {
        return show && Array.from(data[i].cells).some(function (cell, j) { return j > 0 && showHead[j - 1] && cell.classList.contains("gap"); });
      });
      showHead = showHead.map(function (show, j) {
        return show && data.some(function (row, i) { return showRow[i] && row.cells[j + 1].classList.contains("gap"); });
      });
    }
    heads.forEach(function (head, j) { head.hidden = !showHead[j]; });
    data.forEach(function (row, i) {
      row.hidden = !showRow[i];
      if (showRow[i]) for (var j = 0; j < heads.length; j++) row.cells[j + 1].hidden = !showHead[j];
    });
    var span = Math.max(1, showHead.filter(Boolean).length);
    rows.forEach(function (row, i) {
      if (!row.classList.contains("group")) return;
      var any = false;
      for (var k = i + 1; k < rows.length && !rows[k].classList.contains("group"); k++) any = any || !rows[k].hidden;
      row.hidden = !any;
      if (row.cells[1]) row.cells[1].colSpan = span;
    });
    document.getElementById("nothing").hidden = showRow.indexOf(true) >= 0;
  }

  function point(cell) {
    heads.forEach(function (head) { head.classList.remove("at"); });
    if (!cell || cell.tagName !== "TD" || cell.parentNode.classList.contains("group")) { detail.textContent = hint; return; }
    var head = heads[cell.cellIndex - 1];
    head.classList.add("at");
    detail.textContent = cell.title || cell.parentNode.cells[0].title + " to " + head.title + ": no entry.";
  }
  table.addEventListener("mouseover", function (event) { point(event.target.closest("td")); });
  table.addEventListener("focusin", function (event) { point(event.target.closest("td")); });
  table.addEventListener("click", function (event) { var cell = event.target.closest("td"); if (cell && cell.title) cell.focus(); });
  document.addEventListener("keydown", function (event) {
    var step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step || event.target === filter) return;
    var signs = Array.from(table.querySelectorAll("td[title]")).filter(function (cell) { return cell.offsetParent !== null; });
    if (signs.length === 0) return;
    event.preventDefault();
    var now = document.activeElement;
    if (signs.indexOf(now) < 0) { signs[0].focus(); return; }
    var r = now.parentNode.rowIndex, c = now.cellIndex, best, cost = Infinity;
    signs.forEach(function (cell) {
      var dr = cell.parentNode.rowIndex - r, dc = cell.cellIndex - c;
      var ahead = step[0] ? dr * step[0] : dc * step[1], aside = Math.abs(step[0] ? dc : dr);
      if (ahead > 0 && ahead + 3 * aside < cost) { cost = ahead + 3 * aside; best = cell; }
    });
    if (best) best.focus();
  });
  filter.addEventListener("input", apply);
  gaps.addEventListener("change", apply);
})();
`;
