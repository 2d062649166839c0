// The room, kept up to date: the page is asked for again and again, and each part with `data-fresh` is replaced once
// the server has another value there. Without this file there is a link for it.

const PAUSE = 2000;

function update(page) {
    for (const part of document.querySelectorAll("[data-fresh]")) {
        const fresh = page.getElementById(part.id);
        if (!fresh) return location.reload(); // The room was emptied, or is at another step.
        if (fresh.dataset.fresh !== part.dataset.fresh) part.replaceWith(fresh);
    }
}

async function refresh() {
    if (!document.hidden) {
        const answer = await fetch(location.pathname).catch(() => null);
        if (answer?.ok) update(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    setTimeout(refresh, PAUSE);
}

if (document.querySelector("[data-fresh]")) refresh();
