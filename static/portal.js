// What a browser with JavaScript gets on top. Nothing needs it.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The menu beside a page may be longer than the window: where one is stays in sight.
const side = document.querySelector(".side");
const here = side?.querySelector("[aria-current]");
if (here && side.scrollHeight > side.clientHeight) side.scrollTop = here.offsetTop - side.clientHeight / 2;

// Charts: a finger, a mouse or the arrow keys walk from reading to reading, and each is said.
const NEAR = 40;
const middleOf = (shape) => { const box = shape.getBoundingClientRect(); return box.x + box.width / 2; };

function walk(chart) {
  const box = chart.querySelector("[data-walk]"), svg = chart.querySelector(":scope > svg");
  if (!box || !svg || !box.hidden) return;
  const input = box.querySelector("input"), said = box.querySelector("[data-walk-said]"), points = new Map();
  for (const title of svg.querySelectorAll("title")) {
    const shapes = points.get(title.textContent) || [];
    points.set(title.textContent, [...shapes, title.parentNode]);
  }
  const readings = [...points].map(([words, shapes]) => ({ words, shapes, x: middleOf(shapes[0]) })).sort((a, b) => a.x - b.x);
  if (readings.length < 2) return;

  function show(number) {
    for (const shape of svg.querySelectorAll(".here")) shape.classList.remove("here");
    for (const shape of readings[number].shapes) shape.classList.add("here");
    input.value = number;
    input.ariaValueText = said.textContent = readings[number].words;
  }
  function nearest({ clientX }) {
    const far = ({ shapes }) => Math.abs(middleOf(shapes[0]) - clientX);
    const number = readings.reduce((best, one, at) => (far(one) < far(readings[best]) ? at : best), 0);
    if (far(readings[number]) < NEAR) show(number);
  }
  box.hidden = false;
  input.max = readings.length - 1;
  input.addEventListener("input", () => show(Number(input.value)));
  svg.addEventListener("pointermove", nearest);
  svg.addEventListener("pointerdown", nearest);
  show(readings.length - 1);
}
const walkAll = (part) => part.querySelectorAll?.(".chart").forEach(walk);
walkAll(document);

if (window.htmx) {
  document.body.addEventListener("htmx:load", ({ detail }) => walkAll(detail.elt));

  // Sentences that are only true where something loads by itself.
  document.documentElement.classList.add("js");

  // What arrives late is said to whoever does not see it arrive; what arrives together, in one breath.
  const arrivals = document.querySelector("[data-arrivals]");
  let arrived = [], timer;
  if (arrivals) document.body.addEventListener("htmx:load", ({ detail }) => {
    const words = detail.elt.dataset.arrived;
    if (!words) return;
    arrived.push(words);
    clearTimeout(timer);
    timer = setTimeout(() => { arrivals.textContent = arrived.join(". "); arrived = []; }, 400);
  });

  // 202: not its turn yet, or not there yet. What stands there stays, and is asked for again a little later.
  const asked = new WeakMap();
  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { elt } = detail.requestConfig, times = (asked.get(elt) || 0) + 1;
    if (detail.xhr.status !== 202) return;
    detail.shouldSwap = false;
    asked.set(elt, times);
    const seconds = Number(detail.xhr.getResponseHeader("Retry-After")) || 2;
    if (times <= 20) setTimeout(() => elt.isConnected && htmx.trigger(elt, "again"), seconds * 1000);
  });

  // What narrows a list may be open and half filled in when the rest of the list arrives around it.
  let filled, at;
  document.body.addEventListener("htmx:beforeSwap", () => {
    const form = document.querySelector(".narrow[open] form");
    filled = form && new FormData(form);
    at = form && form.contains(document.activeElement) && document.activeElement.id;
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    const narrow = document.querySelector(".narrow");
    if (!filled || !narrow) return;
    narrow.open = true;
    for (const field of narrow.querySelector("form").elements) {
      if (field.type === "checkbox") field.checked = filled.has(field.name);
      else if (filled.has(field.name)) field.value = filled.get(field.name);
    }
    if (at) document.getElementById(at)?.focus();
    filled = at = null;
  });
}

// A page that comes into view again may be of a record that was closed in another tab: then it is covered at once.
const openHere = document.body.dataset.open;

const whetherOpen = () => fetch(openHere, { cache: "no-store", signal: AbortSignal.timeout(10000) }).catch(() => null);
const cover = () => { document.body.dataset.covered = ""; };

function coverIfClosed(answer) {
  if (!answer || ![401, 409].includes(answer.status)) return false;
  cover();
  // Not a reload, which asks before it sends a search once more. The server's refusal stands here then.
  location.replace(location.pathname + location.search);
  return true;
}

// What arrives for a page that is covered, or that somebody leaves to sign out, is thrown away.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if ("covered" in document.body.dataset) event.preventDefault();
});

// A word before the idle end. The server says how much time is left: another tab may have put the end off.
const leaving = document.querySelector("[data-idle]");
if (openHere && leaving) {
  const said = document.querySelector("[data-idle-said]"), form = leaving.querySelector("form");
  const [soon, last] = ["[data-soon]", "[data-last]"].map((part) => leaving.querySelector(part));
  const idle = Number(leaving.dataset.idle), warning = Math.min(120, idle / 2);
  let timer, before, ticked = Date.now(), endsAt = ticked + idle * 1000;

  const lookIn = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1, seconds) * 1000);
  };

  // Timers stand still while a laptop sleeps; the clock on the wall does not. Without a connection nobody can say that
  // the session goes on, so the page stays covered until somebody does.
  async function look() {
    if (Date.now() >= endsAt) cover();
    told(await whetherOpen());
  }
  setInterval(() => {
    const slept = Date.now() - ticked > 30000;
    ticked = Date.now();
    if (slept || (ticked >= endsAt && !("covered" in document.body.dataset))) look();
  }, 5000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  document.addEventListener("resume", look);
  window.addEventListener("pageshow", (event) => event.persisted && look());
  window.addEventListener("online", look);

  function told(answer, hasAsked) {
    if (coverIfClosed(answer)) return;
    const left = Number(answer?.headers.get("Session-Seconds-Left"));
    if (!left) return lookIn(15);
    endsAt = Date.now() + left * 1000;
    delete document.body.dataset.covered;
    const isSoon = left <= warning;
    if (isSoon && hasAsked) form.hidden = soon.hidden = !(last.hidden = false);
    const words = [leaving.ariaLabel, (last.hidden ? soon : last).textContent].join(". ");
    if (isSoon && (leaving.hidden || hasAsked)) said.textContent = words;
    if (!isSoon && !leaving.hidden) {
      said.textContent = hasAsked ? leaving.dataset.stayed : "";
      if (leaving.contains(document.activeElement)) (before?.isConnected ? before : document.getElementById("main")).focus();
    }
    leaving.hidden = !isSoon;
    lookIn(isSoon ? Math.min(15, left + 1) : left - warning);
  }

  leaving.addEventListener("focusin", ({ relatedTarget }) => {
    if (!leaving.contains(relatedTarget)) before = relatedTarget;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told(await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null), true);
  });
  // The server puts the end off in steps, of a minute at most.
  lookIn(idle - warning - Math.min(60, idle / 10));
}

// On the way to sign out at the agency too: nobody needs to press the button, and nothing of it stays behind.
const farewell = document.querySelector("form[data-farewell]");
if (farewell) {
  window.addEventListener("pagehide", () => farewell.remove());
  farewell.submit();
}
