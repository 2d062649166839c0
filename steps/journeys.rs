//! What a visitor does to see the idea of each step, and what must be true afterwards, whoever wrote the site, and in
//! whatever language. The tests pin the last page of every journey.

use journey::{
    Act::{
        self, AtOnce, Browser, ClearCookies, CopyCookies, Get, Post, PostFromElsewhere, Restart,
    },
    Expect::{self, NoCookie, Pair, Same, Says, SaysNot, Sends, Status, Visits},
    Journey,
};

pub(super) const fn journey(
    title: &'static str,
    acts: &'static [Act],
    expects: &'static [Expect],
) -> Journey {
    Journey {
        title,
        acts,
        expects,
    }
}

pub static STEP1: &[Journey] = &[
    journey(
        "first visit",
        &[Get("/")],
        &[Says("record counts"), NoCookie],
    ),
    journey(
        "second visit",
        &[Get("/"), Get("/")],
        &[Says("record counts"), Same, NoCookie],
    ),
    journey(
        "another browser",
        &[Get("/"), Browser("Ben's"), Get("/")],
        &[Says("record counts"), Same, NoCookie],
    ),
];

pub static STEP2: &[Journey] = &[
    journey(
        "first visit",
        &[Get("/")],
        &[Says("record counts"), NoCookie],
    ),
    journey(
        "absent key",
        &[Get("/my-car")],
        &[Says("mini"), SaysNot("beetle"), NoCookie],
    ),
    journey(
        "car set",
        &[Post("/my-car", "text=beetle")],
        &[Says("beetle"), Sends("set-cookie", "HttpOnly")],
    ),
    journey(
        "car deleted",
        &[Post("/my-car", "text=beetle"), Post("/my-car/delete", "")],
        &[SaysNot("beetle"), Says("mini")],
    ),
    journey(
        "session cleared",
        &[Post("/my-car", "text=beetle"), Post("/my-car/clear", "")],
        &[SaysNot("beetle"), Says("mini")],
    ),
    journey(
        "another browser",
        &[
            Post("/my-car", "text=beetle"),
            Browser("Ben's"),
            Post("/my-car", "text=trabant"),
            Browser("Ann's"),
            Get("/my-car"),
        ],
        &[Says("beetle"), SaysNot("trabant")],
    ),
    journey(
        "cookie cleared",
        &[Post("/my-car", "text=beetle"), ClearCookies, Get("/my-car")],
        &[SaysNot("beetle")],
    ),
    journey(
        "empty form",
        &[Post("/my-car", "text=")],
        &[Status(422), NoCookie],
    ),
    journey(
        "form from another site",
        &[
            Post("/my-car", "text=beetle"),
            PostFromElsewhere("/my-car", "text=stolen"),
        ],
        &[Status(403)],
    ),
];

pub static STEP3: &[Journey] = &[
    journey(
        "first visit",
        &[Get("/")],
        &[Visits(0), Sends("set-cookie", "HttpOnly")],
    ),
    journey("second visit", &[Get("/"), Get("/")], &[Visits(1)]),
    journey("third visit", &[Get("/"), Get("/"), Get("/")], &[Visits(2)]),
    journey(
        "another browser",
        &[Get("/"), Get("/"), Browser("Ben's"), Get("/")],
        &[Visits(0)],
    ),
    journey(
        "cookie cleared",
        &[Get("/"), Get("/"), ClearCookies, Get("/")],
        &[Visits(0)],
    ),
    journey(
        "server restarted",
        &[Get("/"), Get("/"), Restart, Get("/")],
        &[Visits(0)],
    ),
    journey(
        "only the home page counts",
        &[Get("/"), Get("/books"), Get("/books/1"), Get("/")],
        &[Visits(1)],
    ),
    journey(
        "count and car",
        &[Get("/"), Post("/my-car", "text=beetle")],
        &[Says("beetle"), Pair("num_visits", "1")],
    ),
];

pub static STEP4: &[Journey] = &[
    journey(
        "car set",
        &[Post("/my-car", "text=beetle")],
        &[Says("model: \"beetle\", wheels: \"steel\"")],
    ),
    journey(
        "wheels fitted",
        &[Post("/my-car", "text=beetle"), Post("/my-car/fit", "")],
        &[Says("\"alloy\""), Says("is the session modified? false")],
    ),
    journey(
        "wheels lost",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit", ""),
            Get("/my-car"),
        ],
        &[Says("wheels: \"steel\""), SaysNot("alloy\"")],
    ),
    journey(
        "wheels saved",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit-and-save", ""),
            Get("/my-car"),
        ],
        &[Says("wheels: \"alloy\"")],
    ),
    journey(
        "equal value",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit-and-save", ""),
            Post("/my-car/fit-and-save", ""),
        ],
        &[Says("is the session modified? false")],
    ),
    journey(
        "wheels edited",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit-with-edit", ""),
            Get("/my-car"),
        ],
        &[Says("wheels: \"alloy\"")],
    ),
];

pub static STEP5: &[Journey] = &[
    journey("second visit", &[Get("/"), Get("/")], &[Visits(1)]),
    journey(
        "server restarted",
        &[Get("/"), Get("/"), Restart, Get("/")],
        &[Visits(2)],
    ),
    journey(
        "cookie cleared",
        &[Get("/"), Get("/"), ClearCookies, Get("/")],
        &[Visits(0)],
    ),
];

pub static STEP6: &[Journey] = &[
    journey(
        "no session yet",
        &[Get("/cookie")],
        &[Says("No row belongs to this browser."), NoCookie],
    ),
    journey(
        "first look",
        &[Get("/"), Get("/cookie")],
        &[
            Says("step6=[session id]; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600"),
            Says("num_visits 1"),
        ],
    ),
    journey(
        "test cookie",
        &[Post("/cookie/test", "")],
        &[Says("did the test cookie come back? true")],
    ),
    journey(
        "test cookie forgotten",
        &[Post("/cookie/test", ""), Post("/cookie/test", "")],
        &[Says("did the test cookie come back? false")],
    ),
    journey(
        "test cookie refused",
        &[Post("/cookie/test", ""), ClearCookies, Get("/cookie")],
        &[Says("did the test cookie come back? false")],
    ),
    journey(
        "until the browser closes",
        &[Post("/cookie/expiry/browser-close", "")],
        &[Says("until the browser closes"), Says("no Max-Age")],
    ),
    journey(
        "end after 30 idle seconds",
        &[Post("/cookie/expiry/idle", ""), Get("/"), Get("/cookie")],
        &[
            Says("after 30 idle seconds"),
            Sends("set-cookie", "Max-Age=30"),
        ],
    ),
    journey(
        "back to the default",
        &[
            Post("/cookie/expiry/idle", ""),
            Post("/cookie/expiry/site", ""),
        ],
        &[
            Says("none: the site's default"),
            Sends("set-cookie", "Max-Age=1209600"),
        ],
    ),
];

pub static STEP7: &[Journey] = &[
    journey(
        "ten on a page",
        &[Get("/books")],
        &[Says("Page 1 of 9"), NoCookie],
    ),
    journey(
        "five on a page",
        &[Post("/books/per-page", "number=5")],
        &[Says("Page 1 of 18")],
    ),
    journey(
        "five on a page of a search",
        &[
            Post("/books/per-page", "number=5"),
            Get("/books?q=the&page=2"),
        ],
        &[Says("Page 2 of 9")],
    ),
    journey(
        "another browser",
        &[
            Post("/books/per-page", "number=5"),
            Browser("Ben's"),
            Get("/books"),
        ],
        &[Says("Page 1 of 9")],
    ),
    journey(
        "not on offer",
        &[Post("/books/per-page", "number=1000000")],
        &[Status(422), Says("not on offer")],
    ),
    journey(
        "notice shown",
        &[Get("/")],
        &[Says("The reading room is closed on Mondays.")],
    ),
    journey(
        "notice dismissed",
        &[Post("/notice/dismiss", ""), Restart, Get("/")],
        &[
            SaysNot("The reading room is closed on Mondays."),
            Sends("set-cookie", "Max-Age=1209600"),
        ],
    ),
];

/// The form that signs Ann in, and takes her to her loans.
const ANN: &str = "name=ann&password=ann+reads+austen&next=/loans";

/// The same for Ben. Where he signs in at other times, his session ends as well, so his list of sessions is short.
const BEN: &str = "name=ben&password=ben+reads+balzac&next=/loans";

pub static STEP8: &[Journey] = &[
    journey(
        "nobody signed in",
        &[Get("/loans")],
        &[Says("Sign in"), Says("Password"), NoCookie],
    ),
    journey(
        "signed in",
        &[Get("/"), Post("/sign-in", ANN)],
        &[
            Says("You are signed in as ann"),
            Sends("set-cookie", "HttpOnly"),
        ],
    ),
    journey(
        "the count stays",
        &[Get("/"), Post("/sign-in", ANN), Get("/")],
        &[Visits(1)],
    ),
    journey(
        "a planted session",
        &[
            Browser("Mallory's"),
            Get("/"),
            Browser("Ann's"),
            CopyCookies("Mallory's"),
            Post("/sign-in", ANN),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "a copied cookie",
        &[
            Post("/sign-in", ANN),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Browser("Ann's"),
            Post("/sign-out", ""),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "another person",
        &[
            Get("/"),
            Post("/sign-in", BEN),
            Get("/"),
            Post("/sign-in", ANN),
            Get("/"),
        ],
        &[Visits(0)],
    ),
    journey(
        "wrong password",
        &[Post("/sign-in", "name=ann&password=guess")],
        &[Status(422), Says("password is wrong"), NoCookie],
    ),
    journey(
        "too many guesses",
        &[
            Post("/sign-in", "name=cleo&password=guess"),
            Post("/sign-in", "name=cleo&password=guess+again"),
            Post("/sign-in", "name=cleo&password=and+again"),
            Post("/sign-in", "name=cleo&password=cleo+reads+conrad"),
        ],
        &[Status(429), Says("Please wait")],
    ),
    journey(
        "two devices",
        &[
            Browser("Ben's"),
            Post("/sign-in", BEN),
            Browser("Ben's other"),
            Post("/sign-in", BEN),
            Get("/sessions"),
        ],
        &[Says("(this one)"), Says("End it")],
    ),
    journey(
        "others ended",
        &[
            Post("/sign-in", ANN),
            Browser("Ann's other"),
            Post("/sign-in", ANN),
            Post("/sessions/end-others", ""),
            Browser("Ann's"),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "a redirect that stays",
        &[Post(
            "/sign-in",
            "name=ann&password=ann+reads+austen&next=//evil.example/",
        )],
        &[Says("record counts"), Sends("location", "/")],
    ),
];

pub static STEP9: &[Journey] = &[
    journey("second visit", &[Get("/"), Get("/")], &[Visits(1)]),
    journey(
        "all tabs counted",
        &[Get("/"), AtOnce(64, "/"), Get("/")],
        &[Visits(65)],
    ),
    journey("tabs", &[Get("/tabs")], &[Says("Open 64 tabs at once")]),
];

pub static STEP10: &[Journey] = &[
    journey(
        "first visit",
        &[Get("/")],
        &[Visits(0), Says("answered by process")],
    ),
    journey(
        "eighth visit",
        &[
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
        ],
        &[Visits(7)],
    ),
    journey(
        "two browsers",
        &[
            Get("/"),
            Browser("Ben's"),
            Get("/"),
            Browser("Ann's"),
            Get("/"),
            Browser("Ben's"),
            Get("/"),
        ],
        &[Visits(1)],
    ),
    journey(
        "many at once",
        &[Get("/"), AtOnce(16, "/"), Get("/")],
        &[Visits(17)],
    ),
    journey(
        "after a restart",
        &[Get("/"), Restart, Get("/")],
        &[Visits(1)],
    ),
    journey(
        "two machines",
        &[Get("/machines")],
        &[
            Pair("a memory each", "[0, 0, 0, 0, 0, 0, 0, 0]"),
            Pair("a memory each, sticky", "[0, 1, 2, 3, 0, 1, 2, 3]"),
            Pair("a cache each, one store", "[0, 1, 1, 2, 2, 3, 3, 4]"),
            Pair("one store", "[0, 1, 2, 3, 4, 5, 6, 7]"),
        ],
    ),
];
