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
