"use strict";

const main = document.getElementById("main");
const feed = document.getElementById("feed");
const select = document.getElementById("visitor");
const live = document.getElementById("live");
const toast = document.getElementById("toast");
const KEPT = "signpost-visitor";

// --- times ------------------------------------------------------------------------------------

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];

function ago(at) {
  let amount = (at - Date.now()) / 1000;
  if (Math.abs(amount) < 10) return "just now";
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return "";
}

function showTimes() {
  for (const time of feed.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const text = `${ago(at)} · ${absolute.format(at)}`;
    if (time.textContent !== text) time.textContent = text;
  }
}

// --- keeping the page fresh ---------------------------------------------------------------------

function carryOver(before, after) {
  for (const old of before.querySelectorAll("details[data-keep]")) {
    const fresh = after.querySelector(`details[data-keep="${old.dataset.keep}"]`);
    if (fresh) fresh.open = old.open;
  }
  for (const old of before.querySelectorAll("textarea")) {
    const fresh = after.querySelector(`#${old.id}`);
    if (fresh) fresh.value = old.value;
  }
}

function replaceIfChanged(before, after) {
  if (!before || before.innerHTML === after.innerHTML) return;
  carryOver(before, after);
  before.replaceWith(after);
}

function showStream(fresh) {
  const stream = document.getElementById("stream");
  const known = new Map([...stream.children].filter((child) => child.id).map((child) => [child.id, child]));
  const wanted = [...fresh.children].map((child) => {
    const before = known.get(child.id);
    if (before && before.dataset.mark === child.dataset.mark) return before;
    if (before) carryOver(before, child);
    else if (known.size) child.classList.add("new");
    return child;
  });
  const same = wanted.length === stream.children.length && wanted.every((child, at) => child === stream.children[at]);
  if (!same) stream.replaceChildren(...wanted);
}

function query() {
  const values = new URLSearchParams(main.dataset.query);
  values.set("visitor", select.value);
  return values;
}

let running = null;
let again = false;

async function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      const answer = await fetch(`/_web/feed?${query()}`);
      if (!answer.ok) throw new Error(`The network answered ${answer.status}.`);
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      const focused = document.activeElement;
      const caret = focused instanceof HTMLTextAreaElement ? [focused.selectionStart, focused.selectionEnd] : null;
      for (const id of ["accounts", "tiles", "notice"]) {
        replaceIfChanged(document.getElementById(id), parsed.getElementById(id));
      }
      showStream(parsed.getElementById("stream"));
      showTimes();
      if (focused?.id && document.activeElement !== focused) {
        const next = document.getElementById(focused.id);
        next?.focus({ preventScroll: true });
        if (caret) next?.setSelectionRange(...caret);
      }
    } while (again);
  })();
  try {
    await running;
  } finally {
    running = null;
  }
}

function say(state, label) {
  if (live.dataset.state === state) return;
  live.dataset.state = state;
  live.querySelector(".label").textContent = label;
}

let events = null;

function listen() {
  // A hidden tab holds no connection: browsers allow only a few to one server.
  if (document.hidden) {
    events?.close();
    events = null;
    return;
  }
  if (events) return;
  events = new EventSource("/_web/events");
  events.onopen = () => say("live", "live");
  events.onerror = () => say("waiting", "reconnecting");
  events.onmessage = () => refresh().catch(() => say("waiting", "reconnecting"));
}

// --- acts ---------------------------------------------------------------------------------------

let toastTimer = 0;

function complain(text) {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { toast.hidden = true; }, 6000);
}

async function act(form, button) {
  const body = new URLSearchParams(new FormData(form));
  body.set("action", button.value);
  body.set("visitor", select.value);
  const answer = await fetch("/_web/act", { method: "POST", headers: { Accept: "application/json" }, body });
  if (!answer.ok) throw new Error((await answer.json()).error);
  if (button.value === "reply") {
    const box = form.closest("details");
    form.reset();
    box.open = false;
    box.querySelector("summary").focus();
  }
  await refresh();
}

feed.addEventListener("submit", (event) => {
  if (!event.submitter) return;
  event.preventDefault();
  act(event.target, event.submitter).catch((error) => complain(error.message));
});

feed.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".replybox") && event.target.open) event.target.querySelector("textarea").focus();
}, true);

feed.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("textarea")) {
    const box = event.target.closest("details");
    box.open = false;
    box.querySelector("summary").focus();
  }
});

select.addEventListener("change", () => {
  localStorage.setItem(KEPT, select.value);
  refresh().catch((error) => complain(error.message));
});

const kept = localStorage.getItem(KEPT);
const asked = new URLSearchParams(location.search).has("visitor");
if (!asked && kept && [...select.options].some((option) => option.value === kept)) select.value = kept;

document.addEventListener("visibilitychange", listen);
showTimes();
setInterval(showTimes, 10000);
listen();
