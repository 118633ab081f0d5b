// Sorts and filters a table where it stands. A gradebook of 2,000 rows and 60 columns is read one column at a time, and
// moved in one piece.

import { say } from "./said.js";

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const NOTHING = new Set(["", "–", "-"]);

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

function sort(table, head) {
  const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  const body = table.tBodies[0];
  body.replaceChildren(...sorted([...body.rows], head.cellIndex, direction));
  say(`Sorted by ${head.textContent.trim()}, ${direction === 1 ? "smallest" : "largest"} first.`);
}

function prepareSorting(table) {
  for (const head of table.tHead?.rows[0]?.cells ?? []) {
    if ("unsorted" in head.dataset || !head.textContent.trim()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head));
    head.append(button);
  }
}

function prepareFilter(box) {
  const tools = box.querySelector(".table-tools");
  const input = tools.querySelector("input");
  const count = tools.querySelector("[data-count]");
  let waiting = 0;
  tools.hidden = false;
  const filter = () => {
    const rows = [...box.querySelector("table").tBodies[0].rows];
    const wanted = input.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const row of rows) {
      const name = row.dataset.filter ?? row.cells[0].textContent;
      row.hidden = wanted !== "" && !name.toLocaleLowerCase().includes(wanted);
      shown += Number(!row.hidden);
    }
    count.textContent = wanted ? `${shown} of ${rows.length}` : "";
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
}

export function prepareTables(part) {
  for (const table of part.querySelectorAll("table[data-sortable]:not([data-ready])")) {
    table.dataset.ready = "";
    prepareSorting(table);
  }
  for (const box of part.querySelectorAll("[data-filtered]:not([data-ready])")) {
    box.dataset.ready = "";
    prepareFilter(box);
  }
}
