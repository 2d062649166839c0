// A stream of the server's, which a page follows while it is visible: a browser allows few open connections to one server.

const HIDDEN_FOR_A_WHILE = 5000;

/** Follows the stream at an address, which is asked for anew whenever the page comes into sight again. */
export function follow(address, hear) {
    let source = null;

    function start() {
        if (source) return;
        source = new EventSource(address());
        source.onmessage = hear;
    }

    function stop() {
        source?.close();
        source = null;
    }

    let timer = 0;
    document.addEventListener("visibilitychange", () => {
        clearTimeout(timer);
        if (document.hidden) timer = setTimeout(stop, HIDDEN_FOR_A_WHILE);
        else start();
    });
    // A page that the browser keeps for the back button would keep its connection, and no timer runs in it.
    addEventListener("pagehide", stop);
    addEventListener("pageshow", (event) => event.persisted && start());
    if (!document.hidden) start();
}
