// Keeps an open page up to date: polls it, and changes what changed. Nothing moves below the pointer or the focus.
"use strict";

const PAUSE = 2000; // milliseconds between two polls
const SHARE = 4; // a page that is slow to render is polled less often
const shown = new WeakMap(); // part → its HTML as the server sent it
let tag = "", order = [];

const parse = text => new DOMParser().parseFromString(text, "text/html");
const inUse = part => part.matches(":hover") || part.contains(document.activeElement);

function beingSelected(part) {
  const selection = document.getSelection();
  return !selection.isCollapsed && selection.containsNode(part, true);
}

function replace(part, html) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.innerHTML = html; // it was made by the same templates as this page, everything in it escaped
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function put(part, other) {
  if (other.className !== part.className) part.className = other.className;
  if (other.innerHTML === shown.get(part) || beingSelected(part)) return;
  shown.set(part, other.innerHTML);
  replace(part, other.innerHTML);
}

function putRows(body, other) {
  const ids = [...other.rows].map(row => row.id);
  for (const row of [...other.rows]) {
    const own = document.getElementById(row.id);
    if (own) put(own, row);
    else body.append(row);
  }
  order = ids;
  sortRows(body);
}

function sortRows(body) {
  const sorted = [...body.rows].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  if (!inUse(body) && sorted.some((row, index) => row !== body.rows[index])) body.append(...sorted);
}

function show(fresh) {
  document.title = fresh.title;
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (other === null) continue;
    if (part.tagName === "TBODY") putRows(part, other);
    else put(part, other);
  }
}

async function poll() {
  let reached = false;
  try {
    const answer = await fetch(location.href, { headers: { "If-None-Match": tag } });
    reached = answer.ok || answer.status === 304;
    if (answer.ok) {
      tag = answer.headers.get("ETag") ?? "";
      show(parse(await answer.text()));
    }
  } catch {
    reached = false;
  }
  document.getElementById("offline").hidden = reached;
}

async function keepPolling() {
  const began = performance.now();
  await poll();
  setTimeout(keepPolling, Math.max(PAUSE, SHARE * (performance.now() - began)));
}

function reason(text, status) { // the sentence of a refusal: in JSON, or on a page
  try {
    return JSON.parse(text).errors[0].message;
  } catch {
    const said = parse(text).querySelector("main p");
    return said ? said.textContent : `The room refused this (HTTP ${status}). Load the page again.`;
  }
}

async function act(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  const answer = await fetch(form.action, { method: "POST", body: fields });
  const text = await answer.text();
  const refused = document.getElementById("refused");
  refused.hidden = answer.ok;
  refused.textContent = answer.ok ? "" : reason(text, answer.status);
  if (answer.ok) {
    show(parse(text));
    if (button.value === "announce" || button.value === "save") form.reset();
  }
  tag = "";
}

function hideNames(hidden) {
  document.documentElement.classList.toggle("names-hidden", hidden);
  const button = document.getElementById("names");
  button.setAttribute("aria-pressed", hidden);
  sessionStorage.setItem("names-hidden", hidden ? "yes" : ""); // of this tab: another one may show them
}

document.addEventListener("submit", event => {
  if (!event.target.matches("[data-act]")) return;
  event.preventDefault();
  act(event.target, event.submitter).catch(() => { document.getElementById("offline").hidden = false; });
});
document.getElementById("names").addEventListener("click", () => hideNames(!sessionStorage.getItem("names-hidden")));
document.getElementById("print")?.addEventListener("click", () => print());
hideNames(Boolean(sessionStorage.getItem("names-hidden")));

for (const part of document.querySelectorAll("[data-live], tbody[data-live] > tr")) shown.set(part, part.innerHTML);
if (document.querySelector("[data-live]:not(#runs, #ended)")) setTimeout(keepPolling, PAUSE);
for (const body of document.querySelectorAll("tbody[data-live]")) {
  order = [...body.rows].map(row => row.id);
  body.addEventListener("pointerleave", () => sortRows(body));
  body.addEventListener("focusout", () => setTimeout(sortRows, 0, body)); // the focus has its new place then
}
const all = document.getElementById("all");
if (all) {
  all.open = Boolean(sessionStorage.getItem("all-open"));
  all.addEventListener("toggle", () => sessionStorage.setItem("all-open", all.open ? "yes" : ""));
}
