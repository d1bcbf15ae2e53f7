// Keeps an open page up to date: polls it, and replaces the parts marked data-live that changed.
// Adds what needs a script: local times beside UTC, and buttons that copy an ID.
"use strict";

const SOON = 1000, LATER = 4000; // milliseconds between two polls: while an import is active, and otherwise
const SHARE = 10; // a page that is slow to render is polled less often
const shown = new WeakMap(); // part → its HTML as the server sent it, without what this script added

function beingSelected(part) {
  const selection = document.getSelection();
  return !selection.isCollapsed && selection.containsNode(part, true);
}

function sameAs(focused) {
  return other => ["href", "data-copy"].every(name => other.getAttribute(name) === focused.getAttribute(name));
}

function replace(part, html) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  part.innerHTML = html; // it was made by the same templates as this page, everything in it escaped
  addLocalTimes(part);
  if (focused !== null) [...part.querySelectorAll("a, button")].find(sameAs(focused))?.focus();
}

function put(fresh) {
  document.title = fresh.title;
  for (const part of document.querySelectorAll("[data-live]")) {
    const html = fresh.getElementById(part.id)?.innerHTML ?? shown.get(part);
    if (html === shown.get(part) || beingSelected(part)) continue;
    shown.set(part, html);
    replace(part, html);
  }
}

async function poll() {
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) put(fresh);
    document.getElementById("offline").hidden = true;
    return fresh.querySelector("[data-busy]") !== null;
  } catch {
    document.getElementById("offline").hidden = false;
    return false;
  }
}

// A page in the background follows an active import to its end: its tab shows the progress.
async function keepPolling(busy) {
  const began = performance.now();
  busy = document.hidden && !busy ? false : await poll();
  setTimeout(keepPolling, Math.max(busy ? SOON : LATER, SHARE * (performance.now() - began)), busy);
}

function addLocalTimes(part) {
  for (const time of part.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    if (!moment.getTimezoneOffset()) continue;
    const [day, clock] = moment.toLocaleString("sv-SE").split(" "); // Sweden writes dates as UTC is written here
    const local = document.createElement("span");
    local.className = "local";
    local.textContent = `${time.dateTime.startsWith(day) ? "" : `${day} `}${clock.slice(0, 5)} local`;
    time.after(" ", local);
    document.documentElement.classList.add("has-local");
  }
}

async function copy(button) {
  const id = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(id);
  } catch { // not allowed, such as inside a frame of another site
    document.getSelection().selectAllChildren(button.previousElementSibling);
    if (!document.execCommand("copy")) return "Selected. Press Ctrl+C or Command+C to copy.";
    document.getSelection().removeAllRanges();
  }
  const use = button.querySelector("use");
  use.setAttribute("href", "#icon-copied");
  setTimeout(() => use.setAttribute("href", "#icon-copy"), 2000);
  return `Copied ${id}`;
}

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (button) document.getElementById("copied").textContent = await copy(button);
});

document.documentElement.classList.add("has-script");
document.getElementById("reload")?.remove(); // advice for browsers without JavaScript
for (const part of document.querySelectorAll("[data-live]")) shown.set(part, part.innerHTML);
addLocalTimes(document);
setTimeout(keepPolling, SOON, document.querySelector("[data-busy]") !== null);
