// The slides and the presenter's window: which slide is shown, and the keys that change it. Without this file the
// slides stand one below the other.

import { startClock } from "./slides-clock.js";
import { fit } from "./slides-fit.js";
import { together } from "./slides-together.js";

const BAR_STAYS = 3000;

const deck = document.querySelector("[data-deck]");
const slides = [...deck.querySelectorAll(".slide")];
const place = document.querySelector("#place");
const presenting = deck.classList.contains("presenter");
const styles = document.body.classList;
const clock = presenting ? startClock(deck.dataset.deck, document.querySelector(".clock")) : null;
let now = 0;
let dark = false;
let typed = "";

const isAside = (at) => slides[at]?.classList.contains("aside") ?? false;
const heading = (at) => slides[at].querySelector("h1, h2").textContent;

/** The slide that the way leads to: it passes hints and solutions by. */
function beyond(by) {
    let to = now + by;
    while (isAside(to)) to += by;
    return slides[to] ? to : now;
}

/** Shows what all windows of this deck are to show. */
function show(state) {
    now = Math.max(0, Math.min(slides.length - 1, state.slide));
    dark = state.dark;
    const next = beyond(1);
    slides.forEach((slide, at) => {
        slide.classList.toggle("now", at === now);
        slide.classList.toggle("next", at === next && next !== now);
    });
    styles.toggle("dark", dark);
    document.querySelector("[data-go=darken]")?.setAttribute("aria-pressed", dark);
    place.textContent = `${now + 1} of ${slides.length}`;
    const unfold = document.querySelector("[data-go=unfold]");
    unfold.hidden = !isAside(now + 1);
    if (!unfold.hidden) unfold.textContent = `Show “${heading(now + 1)}”`;
    history.replaceState(null, "", `#slide-${now + 1}`);
    for (const link of document.querySelectorAll("[data-follows]")) link.hash = location.hash;
    if (styles.contains("overview")) slides[now].scrollIntoView({ block: "nearest" });
    clock?.showPace(now / slides.length);
}

/** Shows a slide in every window. What comes to light again is no longer dark. */
function go(to, darken = false) {
    show({ slide: to, dark: darken });
    windows.lead({ slide: now, dark });
}

function overview(on = !styles.contains("overview")) {
    if (presenting) return;
    styles.toggle("overview", on);
    styles.toggle("showing", !on);
    document.querySelector("[data-go=overview]").setAttribute("aria-pressed", on);
    slides[now].scrollIntoView({ block: "nearest" });
}

const actions = {
    forward: () => go(beyond(1)),
    back: () => go(beyond(-1)),
    unfold: () => isAside(now + 1) && go(now + 1),
    fold: () => isAside(now) && go(now - 1),
    darken: () => go(now, !dark),
    clock: () => clock.startOrStop(),
    overview: () => overview(),
};

const keys = {
    ArrowRight: actions.forward,
    PageDown: actions.forward,
    " ": (event) => (event.shiftKey ? actions.back() : actions.forward()),
    ArrowLeft: actions.back,
    PageUp: actions.back,
    ArrowDown: actions.unfold,
    h: actions.unfold,
    ArrowUp: actions.fold,
    Home: () => go(0),
    End: () => go(slides.length - 1),
    b: actions.darken,
    ".": actions.darken,
    o: actions.overview,
    Escape: () => overview(false),
    Enter: () => overview(false),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
    p: () => !presenting && open(document.querySelector("[target=presenter]").href, "presenter", "popup,width=1280,height=800"),
};

/** A button or link that was reached with the Tab key is pressed as everywhere; all other keys are the slides' own. */
function isPress(event) {
    return (event.key === " " || event.key === "Enter") && event.target.matches("button:focus-visible, a:focus-visible");
}

document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isPress(event)) return;
    if (/^\d$/.test(event.key)) {
        typed += event.key;
        place.textContent = `Enter: ${typed}`;
        showBar();
        return;
    }
    const number = event.key === "Enter" ? typed : "";
    if (typed) place.textContent = `${now + 1} of ${slides.length}`;
    typed = "";
    const action = number ? () => go(number - 1) : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action(event);
});

// A click with the mouse leaves no focus behind: the next key is for the slides.
document.addEventListener("click", (event) => event.detail > 0 && document.activeElement.blur());

for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => actions[button.dataset.go]());
}

slides.forEach((slide, at) => {
    slide.addEventListener("click", () => {
        if (!styles.contains("overview")) return;
        go(at);
        overview(false);
    });
});

let hidesBar = 0;

function showBar() {
    clearTimeout(hidesBar);
    styles.add("pointing");
    hidesBar = setTimeout(() => styles.remove("pointing"), BAR_STAYS);
}

document.addEventListener("pointermove", showBar);

/** The slide that the address names, or -1. */
const inAddress = () => (location.hash.startsWith("#slide-") ? location.hash.slice("#slide-".length) - 1 : -1);

// Somebody who follows a link to a slide wants that slide. Who reloads, or comes back, joins the other windows.
const isLink = inAddress() >= 0 && performance.getEntriesByType("navigation")[0].type === "navigate";
styles.add("showing");
fit(slides);
show({ slide: Math.max(0, inAddress()), dark: false });
const windows = together(deck.dataset.deck, { slide: now, dark }, isLink, show);
addEventListener("hashchange", () => inAddress() >= 0 && go(inAddress()));
