// The slides and the presenter's window. They follow each other through a channel that only this browser's windows
// of the workshop can hear. Without this file the slides stand one below the other.

const main = document.querySelector("[data-deck]");
const presenting = main.classList.contains("presenter");
const slides = [...main.querySelectorAll(presenting ? ".spoken" : ".slide")];
const place = document.querySelector("#place");
// In the presenter's frames a deck only follows, and the one named "next" is a slide ahead.
const framed = window !== window.parent;
const ahead = window.name === "next" ? 1 : 0;
const channel = new BroadcastChannel(`deck-${main.dataset.deck}`);
const wanted = Number(location.hash.replace("#slide-", ""));
let now = 0;
// A presenter's window that was just opened has yet to hear from the slides where they are. Until then it must not
// tell its frames, for the slides would hear it too.
let known = !presenting || wanted > 0;

/** Shows a slide, counted from 0, here and in the other window. */
function go(to, tell = true) {
    now = Math.max(0, Math.min(slides.length - 1, to));
    slides.forEach((slide, at) => {
        slide.classList.toggle("now", at === now);
    });
    place.textContent = `${now + 1} of ${slides.length}`;
    history.replaceState(null, "", `#slide-${now + 1}`);
    if (tell) {
        known = true;
        channel.postMessage(now - ahead);
    }
    if (document.body.classList.contains("overview")) slides[now].scrollIntoView({ block: "nearest" });
    showPace();
}

function overview(on = !document.body.classList.contains("overview")) {
    if (presenting) return;
    document.body.classList.toggle("overview", on);
    document.body.classList.toggle("showing", !on);
    document.querySelector("[data-go=overview]").setAttribute("aria-pressed", on);
}

const actions = {
    next: () => go(now + 1),
    previous: () => go(now - 1),
    overview: () => overview(),
    clock: () => startOrStopClock(),
};

const keys = {
    ArrowRight: actions.next,
    ArrowDown: actions.next,
    PageDown: actions.next,
    " ": actions.next,
    ArrowLeft: actions.previous,
    ArrowUp: actions.previous,
    PageUp: actions.previous,
    Home: () => go(0),
    End: () => go(slides.length - 1),
    o: actions.overview,
    Escape: () => overview(false),
    Enter: () => overview(false),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
    p: () => open(`/steps/${main.dataset.deck}/presenter`, "presenter", "popup,width=1200,height=800"),
};

document.addEventListener("keydown", (event) => {
    // A reader inside code scrolls it with the arrows, and a button keeps its own keys.
    const busy = event.target.closest("pre, input, select, textarea, button, a, summary");
    const modified = event.ctrlKey || event.altKey || event.metaKey;
    if (busy || modified || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
});

for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => actions[button.dataset.go]());
}

slides.forEach((slide, at) => {
    slide.addEventListener("click", () => {
        if (!document.body.classList.contains("overview")) return;
        go(at);
        overview(false);
    });
});

channel.onmessage = (message) => {
    if (message.data === "where?") {
        if (known && !framed) channel.postMessage(now);
    } else {
        known = true;
        go(message.data + ahead, false);
    }
};

// The clock: when it was started, and how long it had run before. A reload does not stop it.
const clockKey = `clock-${main.dataset.deck}`;
const clock = JSON.parse(sessionStorage.getItem(clockKey) ?? '{"since":null,"before":0}');

function seconds() {
    return (clock.before + (clock.since ? Date.now() - clock.since : 0)) / 1000;
}

function startOrStopClock() {
    clock.before = seconds() * 1000;
    clock.since = clock.since ? null : Date.now();
    sessionStorage.setItem(clockKey, JSON.stringify(clock));
    showClock();
}

function showClock() {
    if (!presenting) return;
    const two = (number) => String(Math.floor(number)).padStart(2, "0");
    document.querySelector("#elapsed").textContent = `${two(seconds() / 60)}:${two(seconds() % 60)}`;
    document.querySelector("[data-go=clock]").textContent = clock.since ? "Stop the clock" : "Start the clock";
    showPace();
}

/** Compares the slide with the clock: as if every slide took equally long. */
function showPace() {
    const pace = document.querySelector("#pace");
    if (!pace) return;
    const planned = (now / slides.length) * main.dataset.minutes;
    const late = Math.round(seconds() / 60 - planned);
    const words = seconds() === 0 ? "" : late > 1 ? `${late} minutes behind` : late < -1 ? `${-late} minutes ahead` : "on time";
    if (pace.textContent !== words) pace.textContent = words;
}

document.body.classList.add("showing");
document.body.classList.toggle("framed", framed);
go(wanted ? wanted - 1 : 0, false);
if (presenting || framed) channel.postMessage("where?");
if (presenting) {
    showClock();
    setInterval(showClock, 1000);
}
