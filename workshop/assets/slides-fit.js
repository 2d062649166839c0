// Letters as large as a slide allows, and its code never smaller than its prose. Sizes are in hundredths of a slide's
// width, so that it looks alike in every window.

const SIZES = [3.6, 3.3, 3, 2.8, 2.6, 2.4, 2.2, 2, 1.8, 1.6];

// A long line of code makes the letters of its slide smaller, down to this size: some 71 characters.
const READABLE = 2.2;

// A still longer one goes on below, in letters of at most this size.
const BROKEN = 2.4;

/** Gives each slide the largest size at which nothing leaves it. */
export function fit(slides) {
    const limits = new Map(slides.map((slide) => [slide, limit(slide)]));
    // All slides take a size together, and only then are measured: the browser lays the page out once per size.
    let open = slides;
    for (const size of SIZES) {
        for (const slide of open) slide.style.setProperty("--text", `${Math.min(size, limits.get(slide))}cqw`);
        open = open.filter(overflows);
    }
}

/** The size at which the slide's longest line of code just fits; or, where that is too small, lines are broken. */
function limit(slide) {
    const blocks = [...slide.querySelectorAll(".code")];
    const longest = Math.min(...blocks.map((block) => fittingSize(block, slide)));
    if (longest >= READABLE) return longest;
    blocks.forEach(breakLines);
    return BROKEN;
}

function fittingSize(block, slide) {
    const { fontSize, paddingLeft, paddingRight } = getComputedStyle(block);
    const room = block.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
    const size = (Number.parseFloat(fontSize) / slide.clientWidth) * 100;
    return ((size * room) / block.firstElementChild.getBoundingClientRect().width) * 0.995;
}

/** Puts each line into a box of its own, in which it may go on further in than it began. No tag spans two lines. */
function breakLines(block) {
    const code = block.firstElementChild;
    const lines = code.innerHTML.trimEnd().split("\n");
    code.innerHTML = lines.map((line) => `<span class="line">${line}\n</span>`).join("");
    for (const line of code.children) {
        const indent = line.textContent.match(/^[-+]? */)[0].length;
        line.style.setProperty("--further-in", `${indent + 4}ch`);
    }
}

function overflows(slide) {
    const body = slide.querySelector(".body");
    return body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1;
}
