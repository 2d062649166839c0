// The field with the learner's program: numbers beside its lines, the compiler's words at theirs, Tab, and a key that
// saves. Without this file it is a field with a button.

/** Draws the numbers and what the compiler says, beside the lines as they are now. */
function draw(fold) {
    const field = fold.querySelector("textarea");
    const lines = field.value.split("\n");
    field.rows = lines.length;
    field.cols = Math.max(40, ...lines.map((line) => line.length)) + 1;
    fold.querySelector(".numbers").textContent = lines.map((_, at) => `${at + 1}\n`).join("");
    const said = [...document.querySelectorAll("[data-part=lines] [data-line]")];
    fold.querySelector(".marks").replaceChildren(...said.map((one) => mark(one, lines)));
}

/** What is said of a line, behind it. */
function mark(said, lines) {
    const line = said.dataset.line - 1;
    const mark = said.querySelector("span").cloneNode(true);
    mark.className = said.className;
    mark.style.setProperty("--line", line);
    mark.style.setProperty("--column", (lines[line] ?? "").length + 2);
    return mark;
}

/** Puts a text where the selection is, so that it can be undone. */
const insert = (text) => document.execCommand(text ? "insertText" : "delete", false, text);

/** Moves the selected lines in or out; without a selection, the rest of the line. */
function indent(field, out) {
    const { value, selectionStart, selectionEnd } = field;
    const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
    if (!out && selectionStart === selectionEnd) return insert(" ".repeat(4 - ((selectionStart - from) % 4)));
    const before = value.slice(from, selectionEnd);
    const after = out ? before.replace(/^ {1,4}/gm, "") : before.replace(/^(?=.)/gm, "    ");
    field.setSelectionRange(from, selectionEnd);
    insert(after);
    if (selectionStart !== selectionEnd) field.setSelectionRange(from, from + after.length);
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

/** Makes a fold with the field work. */
function edit(fold) {
    const form = fold.querySelector("form");
    const { text: field, read: digest } = form.elements;
    let saved = form.querySelector("[role=alert]") ? null : field.value;
    let [leaving, sending] = [false, false];
    const say = (words) => (form.querySelector("output").textContent = words);

    async function save(button) {
        if (sending) return;
        sending = true;
        const body = new URLSearchParams(new FormData(form, button));
        body.set("part", "field");
        const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
        sending = false;
        const page = parsed((await answer?.text()) ?? "");
        const fresh = page.querySelector("#edit");
        if (!fresh) return say(page.querySelector("main p")?.textContent ?? "The workshop does not answer; nothing was saved.");
        if (answer.status === 409 || button?.value === "file" || fold.querySelector("[role=alert]")) return replace(fresh);
        digest.value = fresh.querySelector("[name=read]").value;
        saved = body.get("text");
        say("Saved.");
    }

    function replace(fresh) {
        fresh.open = fold.open;
        saved = field.value;
        removeEventListener("parts", follow);
        const had = fold.contains(document.activeElement);
        fold.replaceWith(fresh);
        if (had) fresh.querySelector("textarea").focus();
        edit(fresh);
    }

    /** What another editor has saved takes the place of what nobody has changed here. */
    async function follow() {
        draw(fold);
        const onDisk = document.querySelector("[data-part=file]").dataset.digest;
        if (sending || !onDisk || onDisk === digest.value) return;
        if (field.value !== saved) return say("The file has changed on the disk. When you save, you see both versions.");
        const fresh = await fetchFold();
        if (fresh && field.value === saved) replace(fresh);
    }

    field.addEventListener("input", () => draw(fold));
    field.addEventListener("keydown", (event) => {
        if (event.key === "Tab" && !leaving) {
            event.preventDefault();
            indent(field, event.shiftKey);
        } else if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            save();
        }
        if (event.key !== "Shift") leaving = event.key === "Escape";
    });
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        save(event.submitter);
    });
    addEventListener("parts", follow);
    addEventListener("beforeunload", (event) => field.value !== saved && event.preventDefault());
    fold.querySelector("[data-script]").hidden = false;
    draw(fold);
}

async function fetchFold() {
    return parsed(await (await fetch(`${location.pathname}/file`)).text()).querySelector("#edit");
}

/** Who has just begun gets the field, too. */
async function begin() {
    const file = document.querySelector("[data-part=file]");
    if (!file?.dataset.digest || document.querySelector("#edit")) return;
    const fold = await fetchFold();
    if (fold && !document.querySelector("#edit")) edit(file.parentElement.insertBefore(fold, file));
}

document.querySelectorAll("#edit").forEach(edit);
addEventListener("parts", begin);
