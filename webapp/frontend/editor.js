// The editor for Python: CodeMirror 6 in place of a text field, which stays in the form and is what is sent.
// It lives in a shadow root, because there CodeMirror's styles are adopted style sheets: the page's policy refuses
// style elements. Colours are the page's custom properties, so light and dark need nothing here.

import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: "var(--code-name)" },
  { tag: [tags.self, tags.standard(tags.variableName), tags.meta], color: "var(--code-builtin)" },
]);

const frame = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "var(--text-sm)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", maxHeight: "75vh", overflow: "auto" },
  ".cm-content, .cm-gutter": { minHeight: "16rem" },
  ".cm-content": { padding: "0.5rem 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-soft)", borderRight: "1px solid var(--line)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.6rem 0 0.8rem" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--code-select)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--good-soft)", outline: "1px solid var(--good-line)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)", outline: "1px solid var(--bad-line)" },
  ".cm-selectionMatch": { backgroundColor: "var(--code-mark)" },
  ".cm-searchMatch": { backgroundColor: "var(--code-mark)", outline: "1px solid var(--warn-line)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--warn-soft)", outline: "2px solid var(--warn)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", fontFamily: "var(--sans)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "0.5rem 2rem 0.5rem 0.75rem" },
  ".cm-panel.cm-search label": { fontSize: "var(--text-sm)" },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink)", fontSize: "1.25rem", padding: "0 0.5rem" },
  ".cm-textfield": {
    padding: "0.25rem 0.5rem",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-sm)",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    fontFamily: "inherit",
    fontSize: "var(--text-sm)",
  },
  ".cm-button": {
    padding: "0.25rem 0.6rem",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-sm)",
    background: "var(--surface)",
    color: "var(--ink)",
    fontFamily: "inherit",
    fontSize: "var(--text-sm)",
  },
  ".cm-panel :focus-visible": { outline: "2px solid var(--focus)", outlineOffset: "1px" },
});

// Escape makes Tab move the focus until something is typed or the editor is entered again: nobody is caught in it.
const wayOut = [
  keymap.of([
    {
      key: "Escape",
      run(view) {
        view.setTabFocusMode(true);
        return false;
      },
    },
  ]),
  EditorView.domEventHandlers({
    focus(event, view) {
      view.setTabFocusMode(false);
    },
  }),
  EditorView.updateListener.of((update) => {
    if (update.docChanged) update.view.setTabFocusMode(false);
  }),
];

function namesOf(field) {
  const label = field.labels[0]?.textContent.trim() ?? "Code";
  const about = (field.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent.trim())
    .filter(Boolean)
    .join(" ");
  const names = { "aria-label": label, "aria-multiline": "true", tabindex: "0" };
  if (about) names["aria-description"] = about;
  if (field.getAttribute("aria-invalid") === "true") names["aria-invalid"] = "true";
  return names;
}

/**
 * Puts the editor in place of a text field. What is typed is written back into the field at once; a "change" event on the
 * field takes its value into the editor (as one step that undo takes back), and so does the form's reset.
 */
export function enhance(field, say) {
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({ mode: "open" });
  field.after(host); // before the editor is made: it measures its lines
  let own = false;
  const writeBack = EditorView.updateListener.of((update) => {
    if (!update.docChanged || own) return;
    field.value = update.state.doc.toString();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightActiveLine(),
        highlightSpecialChars(),
        highlightSelectionMatches(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        search(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        EditorState.readOnly.of(field.readOnly || field.disabled),
        EditorView.contentAttributes.of(namesOf(field)),
        pythonLanguage,
        syntaxHighlighting(colours),
        frame,
        wayOut,
        keymap.of([indentWithTab, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
        writeBack,
      ],
    }),
  });
  const takeOver = () => {
    if (field.value === view.state.doc.toString()) return;
    own = true;
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: field.value },
      annotations: isolateHistory.of("full"),
    });
    own = false;
  };
  field.addEventListener("change", takeOver);
  field.form?.addEventListener("reset", () => setTimeout(takeOver));
  field.labels[0]?.addEventListener("click", () => view.focus());
  field.form?.addEventListener(
    "submit",
    (event) => {
      if (!field.dataset.required || field.value.trim()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say("Write something first.");
      view.focus();
    },
    true,
  );
  if (field.required) {
    field.dataset.required = "true"; // a field out of sight can't show the browser's own message
    field.required = false;
  }
  field.hidden = true;
  return view;
}
