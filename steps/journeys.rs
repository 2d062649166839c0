//! What a visitor does to see the idea of each step. The tests pin the last page of every journey.

use locallibrary::journey::{
    Act::{self, Browser, ClearCookies, Get, Post, PostFromElsewhere, Restart},
    Journey,
};

const fn journey(title: &'static str, acts: &'static [Act]) -> Journey {
    Journey { title, acts }
}

pub static STEP1: &[Journey] = &[
    journey("first visit", &[Get("/")]),
    journey("second visit", &[Get("/"), Get("/")]),
    journey("another browser", &[Get("/"), Browser("Ben's"), Get("/")]),
];

pub static STEP2: &[Journey] = &[
    journey("first visit", &[Get("/")]),
    journey("absent key", &[Get("/my-car")]),
    journey("car set", &[Post("/my-car", "text=beetle")]),
    journey("car deleted", &[Post("/my-car", "text=beetle"), Post("/my-car/delete", "")]),
    journey("session cleared", &[Post("/my-car", "text=beetle"), Post("/my-car/clear", "")]),
    journey(
        "another browser",
        &[
            Post("/my-car", "text=beetle"),
            Browser("Ben's"),
            Post("/my-car", "text=trabant"),
            Browser("Ann's"),
            Get("/my-car"),
        ],
    ),
    journey("cookie cleared", &[Post("/my-car", "text=beetle"), ClearCookies, Get("/my-car")]),
    journey("empty form", &[Post("/my-car", "text=")]),
    journey(
        "form from another site",
        &[Post("/my-car", "text=beetle"), PostFromElsewhere("/my-car", "text=stolen")],
    ),
];

pub static STEP3: &[Journey] = &[
    journey("first visit", &[Get("/")]),
    journey("second visit", &[Get("/"), Get("/")]),
    journey("third visit", &[Get("/"), Get("/"), Get("/")]),
    journey("another browser", &[Get("/"), Get("/"), Browser("Ben's"), Get("/")]),
    journey("cookie cleared", &[Get("/"), Get("/"), ClearCookies, Get("/")]),
    journey("server restarted", &[Get("/"), Get("/"), Restart, Get("/")]),
    journey("only the home page counts", &[Get("/"), Get("/books"), Get("/books/1"), Get("/")]),
    journey("count and car", &[Get("/"), Post("/my-car", "text=beetle")]),
];

pub static STEP4: &[Journey] = &[
    journey("car set", &[Post("/my-car", "text=beetle")]),
    journey("wheels fitted", &[Post("/my-car", "text=beetle"), Post("/my-car/fit", "")]),
    journey(
        "wheels lost",
        &[Post("/my-car", "text=beetle"), Post("/my-car/fit", ""), Get("/my-car")],
    ),
    journey(
        "wheels saved",
        &[Post("/my-car", "text=beetle"), Post("/my-car/fit-and-save", ""), Get("/my-car")],
    ),
    journey(
        "equal value",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit-and-save", ""),
            Post("/my-car/fit-and-save", ""),
        ],
    ),
    journey(
        "wheels edited",
        &[Post("/my-car", "text=beetle"), Post("/my-car/fit-with-edit", ""), Get("/my-car")],
    ),
];

pub static STEP5: &[Journey] = &[
    journey("second visit", &[Get("/"), Get("/")]),
    journey("server restarted", &[Get("/"), Get("/"), Restart, Get("/")]),
    journey("cookie cleared", &[Get("/"), Get("/"), ClearCookies, Get("/")]),
    journey("session cleared", &[Get("/"), Post("/my-car/clear", "")]),
];

pub static STEP6: &[Journey] = &[
    journey("first look", &[Get("/"), Get("/cookie")]),
    journey("test cookie", &[Post("/cookie/test", "")]),
    journey("test cookie forgotten", &[Post("/cookie/test", ""), Post("/cookie/test", "")]),
    journey("test cookie refused", &[Post("/cookie/test", ""), ClearCookies, Get("/cookie")]),
    journey("until the browser closes", &[Post("/cookie/expiry/browser-close", ""), Get("/")]),
    journey("until idle", &[Post("/cookie/expiry/idle", ""), Get("/"), Get("/cookie")]),
    journey(
        "as the site has it",
        &[Post("/cookie/expiry/idle", ""), Post("/cookie/expiry/site", "")],
    ),
];

pub static STEP7: &[Journey] = &[
    journey("ten on a page", &[Get("/books")]),
    journey("five on a page", &[Post("/books/per-page", "number=5")]),
    journey(
        "five on a page of a search",
        &[Post("/books/per-page", "number=5"), Get("/books?q=the&page=2")],
    ),
    journey(
        "another browser",
        &[Post("/books/per-page", "number=5"), Browser("Ben's"), Get("/books")],
    ),
    journey("not on offer", &[Post("/books/per-page", "number=1000000")]),
    journey("notice shown", &[Get("/")]),
    journey("notice dismissed", &[Post("/notice/dismiss", ""), Restart, Get("/")]),
];
