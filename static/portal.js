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

if (window.htmx) {
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

async function coverWhatIsClosed() {
  const answer = await fetch(openHere, { cache: "no-store" }).catch(() => null);
  if (!answer || ![401, 409].includes(answer.status)) return;
  document.body.hidden = true;
  // Not a reload, which asks before it sends a search once more. The server's refusal stands here then.
  location.replace(location.pathname + location.search);
}

if (openHere) {
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && coverWhatIsClosed());
  window.addEventListener("pageshow", (event) => event.persisted && coverWhatIsClosed());
}

// On the way to sign out at the agency too: nobody needs to press the button, and nothing of it stays behind.
const farewell = document.querySelector("form[data-farewell]");
if (farewell) {
  window.addEventListener("pagehide", () => farewell.remove());
  farewell.submit();
}
