// What the pages do beyond links and forms. Each part works on its own, and a page without this script still works.
// htmx brings new content: what has to be prepared in it is prepared again for that part alone.

import { startConfirm } from "./js/confirm.js";
import { prepareCopy, startCopy } from "./js/copy.js";
import { prepareDrops } from "./js/drop.js";
import { prepareEditors } from "./js/editors.js";
import { prepareMaths } from "./js/maths.js";
import { startMenus } from "./js/menus.js";
import { startShortcuts } from "./js/shortcuts.js";
import { prepareTables } from "./js/tables.js";
import { startTheme } from "./js/theme.js";
import { prepareTimes, startTimes } from "./js/times.js";

function prepare(part) {
  prepareCopy(part);
  prepareDrops(part);
  prepareEditors(part);
  prepareMaths(part);
  prepareTables(part);
  prepareTimes(part);
}

startTheme();
startMenus();
startConfirm();
startCopy();
startShortcuts();
startTimes();
prepare(document);
document.querySelector("[data-focus]")?.focus();
// From the parent on: what came may itself be a table or a text field.
document.addEventListener("htmx:afterSettle", (event) => prepare(event.detail.elt.parentElement ?? document));
