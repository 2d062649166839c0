// The search with the keyboard alone: "/" goes to its field, and the arrows go through what was found.

const field = document.querySelector("#find");

addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !field) return;
    if (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]")) {
        event.preventDefault();
        field.select();
        field.focus();
        return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const places = [field, ...document.querySelectorAll(".results a")];
    const next = places[places.indexOf(event.target) + step];
    if (!step || !places.includes(event.target) || !next) return;
    event.preventDefault();
    next.focus();
});
