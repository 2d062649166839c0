// What a lesson does beyond HTML: the timeline grows, code can be copied, text can be larger, and a file opens in
// the editor without leaving the page. Every page works without this file.

import "./frame.js";

const HIDDEN_FOR_A_WHILE = 5000;

/** Follows the timeline while the page is visible: a browser allows few open connections to one server. */
function followTimeline(list) {
    let source = null;
    let last = list.dataset.after;
    let waiting = [];

    function show() {
        const arrived = waiting.slice(-list.dataset.shown).reverse();
        waiting = [];
        const open = list.querySelector("details[open]");
        list.insertAdjacentHTML("afterbegin", arrived.join(""));
        for (const event of [...list.children].slice(0, arrived.length)) event.classList.add("new");
        // What somebody reads stays, whatever arrives.
        for (const event of [...list.children].slice(list.dataset.shown)) {
            if (!event.contains(open)) event.remove();
        }
    }

    function start() {
        if (source) return;
        source = new EventSource(`${list.dataset.events}?after=${last}`);
        source.onmessage = (message) => {
            last = message.lastEventId;
            waiting.push(message.data);
            // However many arrive, the list is drawn once per frame.
            if (waiting.length === 1) requestAnimationFrame(show);
            if (waiting.length > 1000) waiting.splice(1, 500);
        };
    }

    function stop() {
        source?.close();
        source = null;
    }

    let timer = 0;
    document.addEventListener("visibilitychange", () => {
        clearTimeout(timer);
        if (document.hidden) timer = setTimeout(stop, HIDDEN_FOR_A_WHILE);
        else start();
    });
    start();
}

/** A button in the corner of each block of code; signs and line numbers are drawn by the style sheet and are not copied. */
function addCopyButton(code) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
        const copy = code.cloneNode(true);
        for (const gone of copy.querySelectorAll("del, .gap, a")) gone.remove();
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
function sendQuietly(form) {
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const said = form.querySelector("output");
        const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        said.textContent = page.querySelector("main p")?.textContent ?? "";
        const path = page.querySelector("main code")?.textContent;
        if (!answer.ok && path) await navigator.clipboard.writeText(path);
    });
}

/** A check builds first, which takes a while: its button says so. */
function sayWorking(form) {
    form.addEventListener("submit", () => (form.querySelector("button").textContent = "Building and checking …"));
}

/** Larger text, for a projector; the browser remembers it. */
function addLargerText(bar) {
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
    bar.append(button);
}

/** The line that was chosen in a listing is the one to open. */
function followLine(field) {
    const take = () => (field.value = location.hash.match(/^#L(\d+)$/)?.[1] ?? field.value);
    addEventListener("hashchange", take);
    take();
}

/** A search field hides the rows without its words while one types, as the server does when the form is sent. */
function filterRows(field) {
    const sections = [...document.querySelectorAll(`${field.dataset.filter} section`)];
    const rows = sections.flatMap((section) => [...section.querySelectorAll("tbody tr")]);
    const text = (row) => [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
    field.addEventListener("input", () => {
        const words = field.value.toLowerCase().split(/\s+/);
        for (const row of rows) row.hidden = !words.every((word) => text(row).includes(word));
        for (const section of sections) section.hidden = !section.querySelector("tbody tr:not([hidden])");
        const found = rows.filter((row) => !row.hidden).length;
        field.form.querySelector("output").textContent = `${found} of ${rows.length} lines`;
    });
}

const timeline = document.querySelector("#timeline");
if (timeline) followTimeline(timeline);
document.querySelectorAll("pre.code").forEach(addCopyButton);
document.querySelectorAll("form[data-quiet]").forEach(sendQuietly);
document.querySelectorAll("form[action$='/check']").forEach(sayWorking);
document.querySelectorAll(".more").forEach(addLargerText);
document.querySelectorAll("#line").forEach(followLine);
document.querySelectorAll("[data-filter]").forEach(filterRows);
