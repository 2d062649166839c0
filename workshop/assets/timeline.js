// The timeline grows by itself, and a request that is chosen in it stands where the live site was. Without this file
// each request has a page of its own, which is the same.

import { fitFrames } from "./frame.js";
import { follow } from "./stream.js";

/** Lets the timeline grow. */
function grow(list) {
    let last = list.dataset.after;
    let waiting = [];

    function show() {
        const arrived = waiting.slice(-list.dataset.shown).reverse();
        waiting = [];
        const chosen = list.querySelector("[aria-current]");
        list.insertAdjacentHTML("afterbegin", arrived.join(""));
        const events = [...list.children];
        for (const event of events.slice(0, arrived.length)) event.classList.add("new");
        // What somebody looks at stays, whatever arrives.
        for (const event of events.slice(list.dataset.shown)) {
            if (!event.contains(chosen)) event.remove();
        }
    }

    const address = () => `${list.dataset.events}?after=${last}`;
    follow(address, (message) => {
        last = message.lastEventId;
        waiting.push(message.data);
        // However many arrive, the list is drawn once per frame.
        if (waiting.length === 1) requestAnimationFrame(show);
        if (waiting.length > 1000) waiting.splice(1, 500);
    });
}

/** Goes back to a request: what the page of that request says is shown here. */
async function goBack(link, list) {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const machine = page.querySelector(".machine") ?? page.querySelector("main p");
    backToNow(list);
    list.closest(".timeline").before(machine);
    fitFrames(machine);
    const row = list.querySelector(`#event-${machine.dataset.event} a`);
    row?.setAttribute("aria-current", "true");
    row?.scrollIntoView({ block: "nearest" });
    for (const other of machine.querySelectorAll("nav a")) {
        other.addEventListener("click", (event) => {
            event.preventDefault();
            if (other.classList.contains("now")) {
                backToNow(list);
                row?.focus();
            } else goBack(other, list);
        });
    }
}

function backToNow(list) {
    document.querySelector(".live .machine")?.remove();
    for (const row of list.querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
}

/** A click chooses a request; with the arrows one walks through them, back and forth. */
function choose(list) {
    list.addEventListener("click", (event) => {
        const link = event.target.closest(".event a");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        goBack(link, list);
    });
    list.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        const links = [...list.querySelectorAll(".event a")].filter((link) => link.offsetParent);
        const next = links[links.indexOf(event.target.closest("a")) + step];
        if (!next) return;
        event.preventDefault();
        next.focus();
        goBack(next, list);
    });
}

const list = document.querySelector("#timeline");
if (list) {
    grow(list);
    choose(list);
}
