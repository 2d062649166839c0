// Parts of a page that change by themselves: the visitor lab, and the learner's program. The server sends the whole
// section anew, and each part of it that has a name takes the place of the old one when they differ, in the section or in
// the bar above. So a frame whose address is the same goes on, and what somebody types or has opened stays.

import { follow } from "./stream.js";

/** What the server said of the parts that have taken somebody's place. */
const sent = new WeakMap();

/** A fold that somebody has opened stays open. */
function replace(old, part) {
    sent.set(part, part.outerHTML);
    const opened = [...old.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent);
    for (const summary of part.querySelectorAll("details > summary")) {
        if (opened.includes(summary.textContent)) summary.parentElement.open = true;
    }
    old.replaceWith(part);
}

/** Puts a section's new parts in place of those that differ. */
function update(section, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const part of fresh.querySelectorAll("[data-part]")) {
        const old = document.querySelector(`[data-part="${part.dataset.part}"]`);
        if (old && part.outerHTML !== (sent.get(old) ?? old.outerHTML)) replace(old, part);
    }
    for (const place of fresh.querySelectorAll("[data-guest]")) {
        const old = section.querySelector(`[data-guest="${place.dataset.guest}"]`);
        if (old) old.hidden = place.hidden;
    }
    dispatchEvent(new Event("parts"));
}

/** Sends a section's form in the background: what it changes comes as parts. */
function sendInBackground(event) {
    const form = event.target.closest("form[data-background]");
    if (!form) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    fetch(form.action, { method: "POST", body, redirect: "manual" });
}

/** The exercise that somebody opens is the one that is checked from then on. */
function followTask(event) {
    const { task } = event.target.dataset;
    if (!task || event.newState !== "open") return;
    const body = new URLSearchParams({ act: "follow", task });
    fetch(location.pathname, { method: "POST", body, redirect: "manual" });
}

for (const section of document.querySelectorAll("[data-stream]")) {
    follow(
        () => section.dataset.stream,
        (message) => update(section, message.data),
    );
}
for (const task of document.querySelectorAll("[data-task]")) task.addEventListener("toggle", followTask);
document.addEventListener("submit", sendInBackground);
