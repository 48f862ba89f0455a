"use strict";

const byId = (id) => document.getElementById(id);

function cell(text, className) {
  const made = document.createElement("td");
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function sentence(rule) {
  const parts = [rule.effect.replaceAll("_", " ")];
  if (rule.seconds) parts.push(`${rule.seconds} s`);
  parts.push(rule.endpoint === "*" ? "on every request" : `on ${rule.endpoint}`);
  if (rule.account) parts.push(`of @${rule.account}`);
  if (rule.probability < 1) parts.push(`with probability ${rule.probability}`);
  parts.push(rule.times === null ? "until lifted" : `${rule.times} more time${rule.times === 1 ? "" : "s"}`);
  return parts.join(", ");
}

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error || `The network answered ${answer.status}.`);
  return value;
}

function showRules(rules) {
  byId("none").hidden = rules.length > 0;
  byId("lift").hidden = rules.length === 0;
  byId("rules").replaceChildren(
    ...rules.map((rule) => {
      const item = document.createElement("li");
      const text = document.createElement("span");
      text.textContent = `${sentence(rule)} (hit ${rule.hits})`;
      const lift = document.createElement("button");
      lift.className = "quiet";
      lift.id = `lift-${rule.id}`;
      lift.textContent = "Lift";
      lift.setAttribute("aria-label", `Lift: ${sentence(rule)}`);
      lift.addEventListener("click", () => act(() => call("DELETE", `/_local/faults/${rule.id}`)));
      item.append(text, lift);
      return item;
    }),
  );
}

function showLog(requests) {
  byId("quiet").hidden = requests.length > 0;
  byId("requests").replaceChildren(
    ...requests.reverse().map((entry) => {
      const row = document.createElement("tr");
      const at = new Date(entry.at).toLocaleTimeString();
      const answer = entry.status === null ? "none" : String(entry.status);
      const good = entry.status !== null && entry.status < 400;
      row.append(
        cell(at),
        cell(entry.endpoint.replaceAll("_", " ")),
        cell(entry.account ? `@${entry.account}` : ""),
        cell(entry.replayed ? `${answer}, same key` : answer, good ? "good" : "bad"),
        cell(entry.faults.join(", ").replaceAll("_", " ")),
      );
      return row;
    }),
  );
}

async function refresh() {
  const focused = document.activeElement?.id;
  const [faults, log] = await Promise.all([call("GET", "/_local/faults"), call("GET", "/_local/log?last=40")]);
  showRules(faults.rules);
  showLog(log.requests);
  if (focused?.startsWith("lift-")) byId(focused)?.focus();
}

async function act(work) {
  byId("wrong").textContent = "";
  try {
    await work();
    await refresh();
  } catch (error) {
    byId("wrong").textContent = error.message;
  }
}

function showSeconds() {
  byId("with-seconds").hidden = byId("effect").selectedOptions[0].dataset.seconds !== "1";
}

byId("effect").addEventListener("change", showSeconds);
byId("lift").addEventListener("click", () => act(() => call("DELETE", "/_local/faults")));
byId("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const rule = {
    effect: form.get("effect"),
    endpoint: form.get("endpoint"),
    account: form.get("account"),
    probability: Number(form.get("probability") || 1),
  };
  if (form.get("times")) rule.times = Number(form.get("times"));
  if (!byId("with-seconds").hidden) rule.seconds = Number(form.get("seconds"));
  act(() => call("POST", "/_local/faults", rule));
});
showSeconds();
refresh();
setInterval(() => document.hidden || refresh().catch(() => {}), 2000);
