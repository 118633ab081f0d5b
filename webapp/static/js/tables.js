// Sorts and filters a table where it stands. Of a gradebook with 2,000 rows and 60 columns only the rows near those in sight
// are in the page: laying out all 120,000 cells again takes seconds. The others wait, and come as someone scrolls.

import { say } from "./said.js";

const BATCH = 100; // rows that come at a time; a table with fewer than twice as many is whole
const NOTHING = new Set(["", "–", "-"]);
const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function valueOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.value ?? cell.textContent.trim();
}

// Rows without a value come last in both directions; equal ones keep their order.
function sorted(rows, column, direction) {
  const read = rows.map((row) => ({ row, value: valueOf(row, column) }));
  const given = read.filter(({ value }) => !NOTHING.has(value));
  const none = read.filter(({ value }) => NOTHING.has(value));
  const figures = given.map(({ value }) => Number(value.replaceAll(",", "").replace(/\s*%$/, "")));
  if (figures.every((figure) => !Number.isNaN(figure))) {
    given.forEach((one, index) => {
      one.figure = figures[index];
    });
    given.sort((a, b) => direction * (a.figure - b.figure));
  } else {
    given.sort((a, b) => direction * words.compare(a.value, b.value));
  }
  return [...given, ...none].map(({ row }) => row);
}

// The rows of one table: those in the page, those that wait for someone to scroll, those that the filter leaves out.
class Rows {
  constructor(table) {
    this.table = table;
    this.body = table.tBodies[0];
    this.waiting = [];
    this.left = [];
    this.wanted = "";
    this.place = new WeakMap(); // row -> where it belongs, while a filter is on
    this.batch = this.body.rows.length < 2 * BATCH ? Infinity : BATCH;
  }

  start() {
    if (this.batch === Infinity) return;
    this.keepWidths();
    const root = this.table.closest(".table-wrap.sticky");
    this.watch = new IntersectionObserver((seen) => this.reached(seen), { root, rootMargin: "0px 0px 800px 0px" });
    addEventListener("beforeprint", () => this.body.append(...this.waiting.splice(0)));
    this.show([...this.body.rows]);
  }

  // In order. A row that htmx put in another's place has no place of its own yet: it belongs after the one before it.
  all() {
    let last = -1;
    const found = [...this.body.rows, ...this.waiting, ...this.left];
    for (const row of found) {
      last = this.place.get(row) ?? last + 0.5;
      this.place.set(row, last);
    }
    return found.sort((a, b) => this.place.get(a) - this.place.get(b));
  }

  // The columns are as wide as the whole table made them, whichever rows are there.
  keepWidths() {
    const columns = [...this.table.tHead.rows[0].cells].map((head) =>
      Object.assign(document.createElement("col"), { width: String(head.offsetWidth) }),
    );
    const group = document.createElement("colgroup");
    group.append(...columns);
    this.table.prepend(group);
  }

  show(rows) {
    rows.forEach((row, index) => this.place.set(row, index));
    const fits = (row) => (row.dataset.filter ?? row.cells[0].textContent).toLocaleLowerCase().includes(this.wanted);
    const shown = this.wanted ? rows.filter(fits) : rows;
    const chosen = new Set(shown);
    this.left = rows.filter((row) => !chosen.has(row));
    this.waiting = shown.slice(this.batch);
    this.body.replaceChildren(...shown.slice(0, this.batch));
    this.table.closest(".table-wrap")?.scrollTo({ top: 0 });
    this.wait();
    return shown.length;
  }

  wait() {
    this.watch?.disconnect();
    if (this.waiting.length) this.watch.observe(this.body.lastElementChild);
  }

  reached(seen) {
    if (!seen.some((one) => one.isIntersecting)) return;
    this.body.append(...this.waiting.splice(0, this.batch));
    this.wait();
  }

  sort(head) {
    const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of this.table.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
    this.show(sorted(this.all(), head.cellIndex, direction));
    say(`Sorted by ${head.textContent.trim()}, ${direction === 1 ? "smallest" : "largest"} first.`);
  }

  filter(wanted) {
    const all = this.all();
    this.wanted = wanted.trim().toLocaleLowerCase();
    const shown = this.show(all);
    return this.wanted ? `${shown} of ${all.length}` : "";
  }
}

function prepareSorting(table, rows) {
  for (const head of table.tHead?.rows[0]?.cells ?? []) {
    if ("unsorted" in head.dataset || !head.textContent.trim()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    button.addEventListener("click", () => rows.sort(head));
    head.append(button);
  }
}

function prepareFilter(tools, rows) {
  const input = tools.querySelector("input");
  const count = tools.querySelector("[data-count]");
  let waiting = 0;
  tools.hidden = false;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      count.textContent = rows.filter(input.value);
    }, 120);
  });
}

export function prepareTables(part) {
  for (const table of part.querySelectorAll("table:is([data-sortable], [data-filtered] table):not([data-ready])")) {
    table.dataset.ready = "";
    if (!table.tHead || !table.tBodies.length) continue;
    const rows = new Rows(table);
    if ("sortable" in table.dataset) prepareSorting(table, rows);
    rows.start(); // once the heads have their buttons: they are part of the widths
    const tools = table.closest("[data-filtered]")?.querySelector(".table-tools");
    if (tools) prepareFilter(tools, rows);
  }
}
