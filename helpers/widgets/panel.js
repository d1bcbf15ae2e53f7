// What ipywidgets cannot do for a panel: a live region that stays on the page, Enter in a field, names for
// groups of radio buttons, and a focus that is not lost when its button is disabled.
const visible = element => element.getClientRects().length > 0;
const usable = (root, kind) => [...root.querySelectorAll(`${kind}:enabled:not(.sis-upload)`)].filter(visible);

function nameGroups(panel) {
  for (const group of panel.querySelectorAll(".widget-radio:not([role])")) {
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", group.querySelector(".widget-label")?.textContent ?? "");
  }
}

function pressButtonAfter(field, panel) {
  const after = kind => usable(panel, kind).find(button => field.compareDocumentPosition(button) & 4);
  field.dispatchEvent(new Event("change", { bubbles: true })); // the kernel needs the text before the click
  (after("button.mod-primary") ?? after("button"))?.click();
}

function attach(panel, listening) {
  let last = null, waiting = false;
  const keepFocus = () => {
    if (!last || ![last, document.body].includes(document.activeElement)) return;
    const row = last.closest(".sis-row") ?? panel;
    const next = last.disabled ? usable(row, "button.mod-primary")[0] ?? usable(row, "button")[0] : waiting && last;
    waiting = last.disabled;
    if (next) next.focus();
  };
  const observer = new MutationObserver(() => { nameGroups(panel); keepFocus(); });
  observer.observe(panel, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
  listening.signal.addEventListener("abort", () => observer.disconnect());
  panel.addEventListener("focusin", event => { last = event.target; waiting = false; }, listening);
  panel.addEventListener("keydown", event => {
    const typing = event.target.matches("input:is([type=text], [type=password]):not([list])");
    if (typing && event.key === "Enter" && !event.isComposing) pressButtonAfter(event.target, panel);
  }, { ...listening, capture: true });
  nameGroups(panel);
}

function render({ model, el }) {
  const ended = new AbortController();
  const say = () => { el.textContent = model.get("text"); };
  const find = () => {
    const panel = el.closest(".sis-panel");
    if (panel) attach(panel, { signal: ended.signal });
    else if (!ended.signal.aborted) requestAnimationFrame(find); // a view is on the page only after render
  };
  el.setAttribute("role", "status");
  el.classList.add("sis-announcer");
  model.on("change:text", say);
  say();
  find();
  return () => { model.off("change:text", say); ended.abort(); };
}

export default { render };
