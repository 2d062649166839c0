// The windows of one deck stay together: each tells the others where it went, and the latest word counts. No window
// repeats what it heard, so nothing goes round in circles, and of two that speak at once the same one wins everywhere.

/** Joins the windows of `deck`. `show` gets their state; `isChosen` says that this window's own state is somebody's wish. */
export function together(deck, state, isChosen, show) {
    const channel = new BroadcastChannel(`deck-${deck}`);
    const own = crypto.randomUUID();
    let latest = { ...state, at: isChosen ? Date.now() : 0, from: "" };

    const isNewer = (heard) => heard.at > latest.at || (heard.at === latest.at && heard.from > latest.from);

    channel.onmessage = ({ data: heard }) => {
        if (heard === "where?") {
            channel.postMessage({ ...latest, from: latest.from || own });
        } else if (isNewer(heard)) {
            latest = heard;
            show(heard);
        }
    };
    channel.postMessage("where?");

    return {
        /** Tells the other windows what to show. */
        lead(state) {
            latest = { ...state, at: Math.max(Date.now(), latest.at + 1), from: own };
            channel.postMessage(latest);
        },
    };
}
