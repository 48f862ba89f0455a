"use strict";
// What the sign-off pages do: ask the device's passkey, and hand on its answer. Who reads an answer
// judges it; nothing that is decided here counts.

const told = document.getElementById("told");

const say = (text, fine = false) => {
  told.textContent = text;
  told.classList.toggle("fine", fine);
  if (text) told.scrollIntoView({ block: "nearest" });
};

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const base64 = (data) => btoa(String.fromCharCode(...new Uint8Array(data)));

const post = async (path, body) => {
  const answer = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    redirect: "error",
    headers: { "Content-Type": "application/json", "X-Signpost": "1" },
    body: JSON.stringify(body),
  });
  const value = await answer.json().catch(() => ({ cause: "The server gave no answer.", remedy: "Try again." }));
  if (!answer.ok || value.ok === false) {
    throw new Error([value.cause || "That did not work.", value.remedy || ""].join(" ").trim());
  }
  return value;
};

// Only ever a path of this site.
const go = (path) => {
  if (/^\/(?![/\\])/.test(path || "")) location.assign(path);
};

const assertion = async (challenge, rp, ids) => {
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(challenge),
      rpId: rp,
      userVerification: "required",
      timeout: 120000,
      allowCredentials: ids.map((id) => ({ type: "public-key", id: bytes(id) })),
    },
  });
  return {
    id: base64(found.rawId),
    data: base64(found.response.authenticatorData),
    client: base64(found.response.clientDataJSON),
    signature: base64(found.response.signature),
  };
};

const fields = (form) => Object.fromEntries(new FormData(form).entries());

const login = async () => {
  const begun = await post("/api/login/begin", {});
  const answer = await assertion(begun.challenge, begun.rp, []);
  await post("/api/login/finish", { nonce: begun.nonce, answer });
  location.reload();
};

const sign = async (form) => {
  const asked = fields(form);
  const begun = await post(`${form.dataset.post}/begin`, asked);
  const answers = [];
  for (const challenge of begun.challenges) {
    answers.push(await assertion(challenge, begun.rp, [begun.id]));
  }
  const done = await post(`${form.dataset.post}/finish`, { ...asked, answers });
  go(done.go);
};

// The one way to another site, and to none but the one that the page names.
const visit = async (form) => {
  const to = new URLSearchParams(location.search).get("to") || "/";
  const done = await post(form.dataset.post, { to });
  if (String(done.visit).startsWith(`${form.dataset.site}/.enter?`)) location.replace(done.visit);
};

const plain = async (form) => {
  const done = await post(form.dataset.post, fields(form));
  go(done.go);
};

// Enrolment is two touches: one makes the passkey, one proves that this device can use it.
let made = null;

const token = () => location.hash.slice(1);

const make = async (form) => {
  const begun = await post("/api/enrol/begin", { token: token() });
  const found = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(begun.make),
      rp: { id: begun.rp, name: "Signpost sign-off" },
      user: { id: bytes(begun.user), name: `${begun.person} (${begun.brand})`, displayName: begun.name },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: begun.known.map((id) => ({ type: "public-key", id: bytes(id) })),
      attestation: "none",
      timeout: 120000,
    },
  });
  made = {
    begun,
    id: base64(found.rawId),
    data: base64(found.response.getAuthenticatorData()),
    client: base64(found.response.clientDataJSON),
  };
  form.hidden = true;
  document.getElementById("try").hidden = false;
  document.querySelector("#try button").focus();
};

const attempt = async (form) => {
  const { begun, ...answer } = made;
  const tried = await assertion(begun.try, begun.rp, [made.id]);
  const done = await post("/api/enrol/finish", { token: token(), nonce: begun.nonce, made: answer, tried });
  history.replaceState(null, "", "/enrol");
  form.hidden = true;
  document.getElementById("done-print").textContent = done.fingerprint;
  document.getElementById("done").hidden = false;
  document.getElementById("done").focus();
};

const acts = { login, sign, visit, plain, make, try: attempt };

// What a device says when somebody changes their mind, or has no passkey here.
const inWords = (error) =>
  error.name === "NotAllowedError"
    ? "The device gave no passkey: it was cancelled, took too long, or has none for this site."
    : error.name === "InvalidStateError"
      ? "This device has a passkey of yours already."
      : error.name === "TypeError" && !navigator.credentials
        ? "This browser has no passkeys. Use another."
        : error.message;

for (const form of document.querySelectorAll("form[data-do]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say("");
    try {
      await acts[form.dataset.do](form);
    } catch (error) {
      say(inWords(error));
    } finally {
      button.disabled = false;
    }
  });
}

if (location.pathname === "/enrol" && !token()) {
  say("The link is not whole: open it as it was sent to you.");
}
