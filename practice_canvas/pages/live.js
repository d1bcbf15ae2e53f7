// Keeps an open page up to date: polls it, and replaces the parts marked data-live that changed.
"use strict";

const SOON = 1000, LATER = 4000; // milliseconds between two polls: while an import is active, and otherwise
const SHARE = 10; // a page that is slow to render is polled less often

function beingSelected(part) {
  const selection = document.getSelection();
  return !selection.isCollapsed && selection.containsNode(part, true);
}

function replace(part, html) {
  const active = document.activeElement;
  const focused = part.contains(active) ? active.getAttribute("href") : null;
  part.innerHTML = html; // it was made by the same templates as this page, everything in it escaped
  const links = [...part.querySelectorAll("a")];
  if (focused !== null) links.find(link => link.getAttribute("href") === focused)?.focus();
}

function put(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const html = fresh.getElementById(part.id)?.innerHTML ?? part.innerHTML;
    if (html !== part.innerHTML && !beingSelected(part)) replace(part, html);
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

async function keepPolling() {
  const began = performance.now();
  const busy = document.hidden ? false : await poll();
  setTimeout(keepPolling, Math.max(busy ? SOON : LATER, SHARE * (performance.now() - began)));
}

document.getElementById("reload")?.remove(); // advice for browsers without JavaScript
setTimeout(keepPolling, SOON);
