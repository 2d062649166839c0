// A framed page is as high as its content; one that is longer than its frame is scrolled to what differs in it.

/** Sets the frame's height to that of its page. Its sandbox lets no script run in it, but this one may look inside. */
function fit(frame) {
    const page = frame.contentDocument;
    if (!page?.body) return;
    frame.height = Math.ceil(page.body.getBoundingClientRect().height) + 2;
    const mark = page.querySelector("mark");
    if (mark) frame.contentWindow.scrollTo(0, mark.getBoundingClientRect().top + frame.contentWindow.scrollY - 48);
}

const widths = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));

/** Fits the frames in `part`, now and whenever their width changes. */
export function fitFrames(part) {
    for (const frame of part.querySelectorAll("iframe.page")) {
        frame.addEventListener("load", () => fit(frame));
        widths.observe(frame);
    }
}

fitFrames(document);
