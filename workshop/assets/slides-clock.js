// The presenter's clock, and whether the talk keeps to its minutes.

/** Shows the time in `box`. A reload does not stop the clock. */
export function startClock(deck, box) {
    const key = `clock-${deck}`;
    // When it was started, how long it had run before, in milliseconds, and how many minutes late it began.
    const clock = JSON.parse(sessionStorage.getItem(key) ?? '{"since":null,"before":0,"late":0}');
    const elapsed = box.querySelector("#elapsed");
    const pace = box.querySelector("#pace");
    const button = box.querySelector("button");
    let share = 0;

    const seconds = () => (clock.before + (clock.since ? Date.now() - clock.since : 0)) / 1000;

    function show() {
        const two = (number) => String(Math.floor(number)).padStart(2, "0");
        elapsed.textContent = `${two(seconds() / 60)}:${two(seconds() % 60)}`;
        button.textContent = clock.since ? "Stop the clock" : "Start the clock";
        showPace(share);
    }

    /** How many minutes behind the schedule it is; an hour away from it somebody rehearses. */
    function beginsLate() {
        const now = new Date();
        const late = now.getHours() * 60 + now.getMinutes() - box.dataset.from;
        return Math.abs(late) > 60 ? 0 : late;
    }

    /** Compares the share of the slides that is behind us with the clock: as if every slide took equally long. */
    function showPace(behind) {
        share = behind;
        const late = Math.round(clock.late + seconds() / 60 - share * box.dataset.minutes);
        const words = seconds() === 0 ? "" : late > 1 ? `${late} minutes behind` : late < -1 ? `${-late} minutes ahead` : "on time";
        if (pace.textContent !== words) pace.textContent = words;
    }

    function startOrStop() {
        if (seconds() === 0) clock.late = beginsLate();
        clock.before = seconds() * 1000;
        clock.since = clock.since ? null : Date.now();
        sessionStorage.setItem(key, JSON.stringify(clock));
        show();
    }

    show();
    setInterval(show, 1000);
    return { showPace, startOrStop };
}
