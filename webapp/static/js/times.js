// Adds "in 3 hours" to a moment, and keeps it true while the page is open.

const UNITS = [
  ["year", 31557600],
  ["month", 2629800],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export function relative(moment, now) {
  const seconds = (moment - now) / 1000;
  if (Math.abs(seconds) < 45) return seconds < 0 ? "just now" : "in a moment";
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return format.format(Math.round(seconds / size), unit);
}

function show(time) {
  const moment = Date.parse(time.dateTime);
  if (Number.isNaN(moment)) return;
  let span = time.querySelector(".muted");
  if (!span) {
    span = Object.assign(document.createElement("span"), { className: "muted" });
    time.append(" ", span);
  }
  const words = `(${relative(moment, Date.now())})`;
  if (span.textContent !== words) span.textContent = words;
}

export function prepareTimes(part) {
  part.querySelectorAll("time[data-relative]").forEach(show);
}

export function startTimes() {
  setInterval(() => prepareTimes(document), 20000);
}
