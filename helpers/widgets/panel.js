// What ipywidgets cannot do for a panel: live regions that stay on the page, Enter in a field, names for
// groups of radio buttons, a focus that is not lost when its button is disabled, and messages in their order.
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

// JupyterLab starts a shell of its own for widgets. What is sent before that waits behind the running cells,
// and what is sent later overtakes it: a click its text, a token the choice of the Canvas it is for. So a panel
// takes no input for that moment. Front ends without such a shell send everything one way, and nothing waits.
const LONGEST_PAUSE = 20_000; // milliseconds, if the shell never starts

function pauseUntilInOrder(panel, model) {
  const comm = model.get("layout")?.comm?.jsServicesComm;
  if (!model.widget_manager?.kernel?.supportsSubshells || comm?.commsOverSubshells !== "perCommTarget") return;
  const tooLong = new Promise(resolve => setTimeout(resolve, LONGEST_PAUSE));
  panel.inert = true;
  Promise.race([comm.subshellStarted, tooLong]).catch(() => {}).then(() => { panel.inert = false; });
}

function attach(panel, model, listening) {
  let last = null, waiting = false;
  const keepFocus = () => {
    if (!last || ![last, document.body].includes(document.activeElement)) return;
    const row = last.closest(".sis-row") ?? panel;
    const next = last.disabled ? usable(row, "button.mod-primary")[0] ?? usable(row, "button")[0] : waiting && last;
    waiting = last.disabled;
    if (next) next.focus();
  };
  const announce = () => {
    for (const line of panel.querySelectorAll(".sis-status")) {
      line.setAttribute("role", "status");
      line.setAttribute("aria-live", model.get("busy") ? "off" : "polite");
    }
    for (const line of panel.querySelectorAll(".sis-announcement")) {
      line.setAttribute("role", "status");
      line.setAttribute("aria-live", model.get("listens") ? "polite" : "off");
    }
  };
  const prepare = () => { nameGroups(panel); announce(); };
  const observer = new MutationObserver(() => { prepare(); keepFocus(); });
  observer.observe(panel, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
  const events = ["change:busy", "change:listens"];
  for (const event of events) model.on(event, announce);
  listening.signal.addEventListener("abort", () => {
    observer.disconnect();
    for (const event of events) model.off(event, announce);
  });
  panel.addEventListener("focusin", event => { last = event.target; waiting = false; }, listening);
  panel.addEventListener("keydown", event => {
    const typing = event.target.matches("input:is([type=text], [type=password]):not([list])");
    if (typing && event.key === "Enter" && !event.isComposing) pressButtonAfter(event.target, panel);
  }, { ...listening, capture: true });
  prepare();
  pauseUntilInOrder(panel, model);
}

function render({ model, el }) {
  const ended = new AbortController();
  const find = () => {
    const panel = el.closest(".sis-panel");
    if (panel) attach(panel, model, { signal: ended.signal });
    else if (!ended.signal.aborted) requestAnimationFrame(find); // a view is on the page only after render
  };
  find();
  return () => ended.abort();
}

export default { render };
