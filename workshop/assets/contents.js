// The contents of a lesson follow the reading: the section at the top of the window is marked and named, and the server
// keeps it. The page never moves by itself.

/** Somebody who stays in a section for so long reads it. */
const READING = 1500;

function follow(contents) {
    const links = new Map();
    for (const link of contents.querySelectorAll("a")) links.set(document.getElementById(link.hash.slice(1)), link);
    const inSight = new Set();
    let current = null;
    let timer = 0;

    const keep = (section) => {
        const body = new URLSearchParams({ section });
        fetch(contents.dataset.reached, { method: "POST", body, keepalive: true });
    };

    const mark = (section) => {
        if (!section || section === current) return;
        links.get(current)?.removeAttribute("aria-current");
        links.get(section).setAttribute("aria-current", "location");
        contents.querySelector(".here").textContent = `: ${links.get(section).textContent}`;
        // What a page shows when it opens is not what somebody has read.
        clearTimeout(timer);
        if (current && contents.dataset.reached) timer = setTimeout(keep, READING, section.id);
        current = section;
    };

    let atEnd = false;
    const look = () => {
        const sections = [...links.keys()];
        mark(atEnd && current ? sections.at(-1) : sections.find((section) => inSight.has(section)));
    };

    const sections = new IntersectionObserver(
        (entries) => {
            for (const { target, isIntersecting } of entries) inSight[isIntersecting ? "add" : "delete"](target);
            look();
        },
        { rootMargin: "-12% 0px -60% 0px" },
    );
    for (const section of links.keys()) sections.observe(section);
    // Below the last section there may be too little text to bring it to the top.
    const end = new IntersectionObserver(([{ isIntersecting }]) => {
        atEnd = isIntersecting;
        look();
    });
    const goOn = document.querySelector("article .go-on"); // An exported page has none.
    if (goOn) end.observe(goOn);

    const close = () => (contents.querySelector("details").open = false);
    contents.addEventListener("click", (event) => event.target.closest("a") && close());
    contents.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        close();
        contents.querySelector("summary").focus();
    });
}

document.querySelectorAll(".contents").forEach(follow);
