// The one script of ours: says what a version is today, and keeps the ticks of checklists.
"use strict";
(() => {
  const make = (name, words, attributes = {}) => {
    const made = document.createElement(name);
    if (words) made.textContent = words;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // --- The seal ----------------------------------------------------------------------------------

  const today = () => new Date().toISOString().slice(0, 10); // UTC, as all dates of releases
  const DAY_MS = 86400000;
  const plus = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

  const presentOf = (versions, day) =>
    versions.filter((one) => one.signed && one.effective <= day).pop();

  const stateOf = (one, versions, day) => {
    if (one.altered) return "tampered";
    if (!one.signed) return one.state === "not valid" ? "not valid" : "unsigned";
    if (one.effective > day) return "not yet in force";
    if (one !== presentOf(versions, day)) return "superseded";
    return one.review_by < day ? "past review" : "in force";
  };

  const SAID = {
    "in force": (one) => `In force today. To be reviewed by ${one.review_by}.`,
    "past review": (one) =>
      `Past its review date (${one.review_by}): this version is no longer in force. Ask before you act on it.`,
    superseded: () => "Superseded: a newer version is signed.",
    unsigned: () => "Not signed: a proposal, in force for nobody.",
    "not yet in force": (one) => `Not in force yet: from ${one.effective} on.`,
    "not valid": () => "Not valid: do not act on it.",
    tampered: () => "Altered: its files are no longer those that were signed. Do not act on it.",
  };
  // As the functions judge it (domain/gate.py): days end at midnight UTC.
  const held = (versions, day) => {
    const present = presentOf(versions, day);
    if (present && present.review_by >= day) return "";
    const coming = versions.find((one) => one.signed && one.effective > day);
    const since = present
      ? ` since ${plus(present.review_by, 1)}: the review date of its strategy (${present.review_by}) passed.`
      : ": no signed version of its strategy is in force.";
    const then = coming ? ` Version ${coming.version} takes effect on ${coming.effective}.` : "";
    return `Publishing of this brand is held${since}${then}`;
  };

  const LOUD = new Set(["past review", "superseded", "unsigned", "not valid", "tampered"]);

  const tell = (seal, status) => {
    const { brand, version, digest, site } = seal.dataset;
    const place = seal.querySelector(".sp-now");
    const shelf = status.brands && status.brands[brand];
    if (!shelf) throw new Error("no such brand");
    const day = today();
    const present = presentOf(shelf.versions, day);
    const parts = [];
    let state = "next";
    if (!shelf.sound) parts.push("What is signed here cannot be trusted as a whole: ask those who signed.");
    if (version !== "next") {
      const one = shelf.versions.find((item) => item.version === version);
      state = one ? stateOf(one, shelf.versions, day) : "not valid";
      if (one && one.digest !== digest) state = "tampered";
      parts.push(one ? SAID[state](one) : "This version is not listed any more: do not act on it.");
    }
    const shut = shelf.gate ? held(shelf.versions, day) : "";
    if (shut) parts.push(shut);
    seal.classList.toggle("sp-loud", LOUD.has(state) || !shelf.sound || Boolean(shut));
    seal.dataset.state = state;
    place.replaceChildren(parts.join(" "));
    const lead = present && present.version !== version && shelf.sound;
    if (lead) {
      const link = make("a", `Read version ${present.version}`, {
        href: `${site}${encodeURIComponent(brand)}/${encodeURIComponent(present.version)}/`,
      });
      place.append(" ", link);
    }
  };

  // The last item of a checklist: where one says that one has read the version in force.
  const acknowledge = (seal, status) => {
    const { brand } = seal.dataset;
    const { versions, signoff } = status.brands[brand];
    const present = presentOf(versions, today());
    if (!present || document.querySelector(".sp-read")) return;
    const way = `acknowledge/${encodeURIComponent(brand)}/${encodeURIComponent(present.version)}`;
    for (const item of document.querySelectorAll('li.task-list-item[id$="-acknowledge"]')) {
      const place = make("span", " ", { class: "sp-read" });
      place.append(
        /^https?:\/\//.test(signoff || "")
          ? make("a", `I have read ${present.version}`, { href: `${signoff}/${way}` })
          : make("code", `signpost acknowledge ${present.version} --brand ${brand}`),
      );
      item.append(place);
    }
  };

  const seals = async () => {
    for (const seal of document.querySelectorAll(".sp-seal")) {
      try {
        const own = `${seal.dataset.site}${encodeURIComponent(seal.dataset.brand)}/`;
        const answer = await fetch(`${own}status.json`, { cache: "no-cache" });
        if (!answer.ok) throw new Error(String(answer.status));
        const status = await answer.json();
        tell(seal, status);
        acknowledge(seal, status);
      } catch {
        // What the page says without us stays: where to look.
        seal.dataset.state = "unknown";
        seal.querySelector(".sp-now").append(" (What is in force today could not be asked.)");
      }
    }
  };

  // --- Checklists --------------------------------------------------------------------------------

  const local = (moment) => {
    const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60000);
    return shifted.toISOString().slice(0, 10);
  };

  const load = (key) => {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      if (found && typeof found.done === "object" && found.done) return found;
    } catch {
      // Broken or forbidden: begin anew.
    }
    return { start: "", done: {} };
  };

  const save = (key, kept) => {
    try {
      localStorage.setItem(key, JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  };

  const download = (name, type, text) => {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = make("a", "", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  const checklist = () => {
    const rows = [...document.querySelectorAll("li.task-list-item[id]")];
    const seal = document.querySelector(".sp-seal");
    const head = document.querySelector("article h1");
    if (!rows.length || !seal || !head || document.querySelector(".sp-list")) return;
    const key = `signpost:${seal.dataset.brand}:checklist`;
    const kept = load(key);
    const title = head.textContent.replace(/¶$/, "").trim();
    const items = rows.map((row) => ({
      row,
      id: row.id,
      days: /^\d{1,4}$/.test(row.dataset.due || "") ? Number(row.dataset.due) : null,
      text: row.textContent.replace(/\s+/g, " ").trim(),
      box: row.querySelector("input[type=checkbox]"),
      due: make("span", "", { class: "sp-due" }),
    }));

    const panel = make("section", "", { class: "sp-list", "aria-label": "Your progress" });
    const count = make("p", "", { class: "sp-count", role: "status" });
    const bar = make("progress", "", { max: String(items.length), "aria-label": "Items done" });
    const start = make("input", "", { type: "date", id: "sp-start" });
    const label = make("label", "My first day: ", { for: "sp-start" });
    const note = make("p", "Kept in this browser only; nobody else sees it. Export it to hand it over.", {
      class: "sp-note",
    });
    const dates = make("p");
    dates.append(label, start);
    const buttons = make("p", "", { class: "sp-buttons" });
    panel.append(count, bar, dates, buttons, note);
    head.after(panel);

    const dueOf = (item) => (kept.start && item.days !== null ? plus(kept.start, item.days) : "");
    const show = () => {
      const now = local(new Date());
      let done = 0;
      let late = 0;
      for (const item of items) {
        const when = kept.done[item.id];
        item.box.checked = Boolean(when);
        if (when) done += 1;
        const due = dueOf(item);
        const overdue = Boolean(due) && !when && due < now;
        if (overdue) late += 1;
        item.row.classList.toggle("sp-done", Boolean(when));
        item.row.classList.toggle("sp-late", overdue);
        item.due.textContent = when ? `done ${when}` : due ? `${overdue ? "was due" : "due"} ${due}` : "";
      }
      bar.value = done;
      const more = late ? `, ${late} past the day` : "";
      count.textContent = `${done} of ${items.length} done${more}`;
      start.value = kept.start;
    };
    const keep = () => {
      if (!save(key, kept)) note.textContent = "This browser keeps nothing for this site: export before you leave.";
      show();
    };

    for (const item of items) {
      item.box.disabled = false;
      item.box.setAttribute("aria-label", item.text);
      item.row.append(" ", item.due);
      item.box.addEventListener("change", () => {
        if (item.box.checked) kept.done[item.id] = local(new Date());
        else delete kept.done[item.id];
        keep();
      });
    }
    start.addEventListener("change", () => {
      kept.start = start.value;
      keep();
    });

    const wire = () => ({
      format: 1,
      brand: seal.dataset.brand,
      version: seal.dataset.version,
      checklist: title,
      start: kept.start || null,
      items: items.map((item) => ({
        id: item.id,
        text: item.text,
        due: dueOf(item) || null,
        done: kept.done[item.id] || null,
      })),
    });
    const asText = () =>
      [
        title,
        `Version ${seal.dataset.version}`,
        ...(kept.start ? [`First day ${kept.start}`] : []),
        "",
        ...items.map((item) => {
          const when = kept.done[item.id];
          const due = dueOf(item);
          return `[${when ? "x" : " "}] ${item.text}${when ? ` (done ${when})` : due ? ` (due ${due})` : ""}`;
        }),
        "",
      ].join("\n");
    const name = location.pathname.split("/").filter(Boolean).pop() || "checklist";
    const add = (words, act) => {
      const button = make("button", words, { type: "button", class: "md-button" });
      button.addEventListener("click", act);
      buttons.append(button);
    };
    add("Export as text", () => download(`${name}.txt`, "text/plain", asText()));
    add("Export as JSON", () => download(`${name}.json`, "application/json", `${JSON.stringify(wire(), null, 1)}\n`));
    add("Print", () => window.print());
    add("Begin again", () => {
      for (const item of items) delete kept.done[item.id];
      keep();
    });
    window.addEventListener("storage", (event) => {
      if (event.key !== key) return;
      Object.assign(kept, load(key));
      show();
    });
    show();
  };

  // The theme's search is a dialogue without a name.
  const names = () => {
    for (const dialog of document.querySelectorAll("[role=dialog]:not([aria-label])")) {
      dialog.setAttribute("aria-label", "Search");
    }
  };

  // What can be scrolled, the theme's wide tables among it, can be reached by keyboard.
  const reach = () => {
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap, article pre > code")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  let asked = 0;
  const reachSoon = () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(reach);
  };

  const begin = () => {
    names();
    reachSoon();
    const article = document.querySelector("article");
    // The theme wraps tables after us.
    if (article) new MutationObserver(reachSoon).observe(article, { childList: true, subtree: true });
    seals();
    checklist();
  };
  window.addEventListener("resize", reachSoon);
  window.addEventListener("load", reachSoon);
  // Where the theme changes pages without loading them, it says so.
  if (window.document$) window.document$.subscribe(begin);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
