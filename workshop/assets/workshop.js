// What a page does beyond HTML: code can be copied, text can be larger, and a file opens in the editor without leaving
// the page; beside it stand its modules. Every page works without them.

import "./contents.js";
import "./editor.js";
import "./frame.js";
import "./parts.js";
import "./search.js";
import "./timeline.js";

/** A button in the corner of each block of code; signs and line numbers are drawn by the style sheet and are not copied. */
function addCopyButton(code) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
        const copy = code.cloneNode(true);
        for (const gone of copy.querySelectorAll("del, .gap, a, button, figure, .asks b")) gone.remove();
        await navigator.clipboard.writeText(copy.textContent);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    const box = document.createElement("div");
    box.className = "copyable";
    code.replaceWith(box);
    box.append(code, button);
}

/** A form marked `data-quiet` is sent in the background; its answer's sentence appears beside it. */
async function sendQuietly(event) {
    const form = event.target.closest("form[data-quiet]");
    if (!form) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    form.querySelector("output").textContent = page.querySelector("main p")?.textContent ?? "";
    const path = page.querySelector("main code")?.textContent;
    if (!answer.ok && path) await navigator.clipboard.writeText(path);
}

/** What builds first takes a while: the button says so. */
function sayWorking(button) {
    button.form.addEventListener("submit", () => (button.textContent = button.dataset.works));
}

/** Larger text, for a projector; the browser remembers it. */
function addLargerText(place) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Larger text";
    const set = (large) => {
        document.documentElement.classList.toggle("large", large);
        button.setAttribute("aria-pressed", large);
        localStorage.setItem("large", large);
    };
    button.addEventListener("click", () => set(localStorage.getItem("large") !== "true"));
    set(localStorage.getItem("large") === "true");
    place.append(button);
}

/** Whoever wants Django's lines in one lesson wants them in the next. */
function rememberSwitch(box) {
    box.checked = localStorage.getItem(box.id) === "true";
    box.addEventListener("change", () => localStorage.setItem(box.id, box.checked));
}

/** The line that was chosen in a listing is the one to open. */
function followLine(field) {
    const take = () => (field.value = location.hash.match(/^#L(\d+)$/)?.[1] ?? field.value);
    addEventListener("hashchange", take);
    take();
}

/** An address that names a fold opens it. */
function openFold() {
    const fold = location.hash && document.getElementById(location.hash.slice(1));
    if (fold instanceof HTMLDetailsElement) fold.open = true;
}

document.documentElement.classList.toggle("large", localStorage.getItem("large") === "true");
addEventListener("hashchange", openFold);
openFold();
document.querySelectorAll(".program, pre.code:not(.program > *)").forEach(addCopyButton);
document.addEventListener("submit", sendQuietly);
document.querySelectorAll("[data-works]").forEach(sayWorking);
document.querySelectorAll(".projector").forEach(addLargerText);
document.querySelectorAll("#django").forEach(rememberSwitch);
document.querySelectorAll("#line").forEach(followLine);
