//! The deck with which this course began: Yoon Joon Lee's slides on part 7 of MDN's Django tutorial (June 2019).
//! Observe: whatever it tells its readers, a slide here tells, too, in words of its own.

use crate::support::step;

/// A fact of that deck, the step whose deck has it, the slide, and what stands there, or in its notes.
type Fact = (&'static str, u8, &'static str, &'static [&'static str]);

const FACTS: &[Fact] = &[
    (
        "the counter extends LocalLibrary, for visitors who have not signed in",
        3,
        "Step 3: A visit counter",
        &["LocalLibrary", "has never signed in"],
    ),
    (
        "the site lets everybody browse books and authors",
        1,
        "The site",
        &["books, authors and copies", "anyone may browse"],
    ),
    (
        "its content is dynamic, yet the same for every visitor",
        1,
        "Answer",
        &["All four pages are the same"],
    ),
    (
        "a site may want to hide a notice that was acknowledged, and to respect preferences",
        1,
        "What we want instead",
        &["stays closed", "results on a page"],
    ),
    (
        "HTTP is stateless: messages are independent, there is no sequence",
        1,
        "A request stands alone",
        &["*stateless*", "independent", "no sequence"],
    ),
    (
        "who wants to keep track of visitors has to implement it",
        1,
        "A request stands alone",
        &["has to do that work itself"],
    ),
    (
        "a session keeps the state between the site and one browser, and holds any data",
        2,
        "An id and a record",
        &["belongs to a browser", "any data you like"],
    ),
    (
        "a value is stored and found again under its key",
        2,
        "Two records in the store",
        &["A key names a value"],
    ),
    (
        "a cookie holds a session id, and the data stays on the server",
        2,
        "The cookie holds no data",
        &[
            "set-cookie: step2=[session id]",
            "an id of 22 random characters",
        ],
    ),
    (
        "why that is the safer place",
        2,
        "Why the data stays here",
        &["read them, and change them"],
    ),
    (
        "the site's database is the default, other places can be configured",
        2,
        "Switched on in Django",
        &["SESSION_ENGINE", "the site's database", "fairly safe"],
    ),
    (
        "sessions are on since the project's skeleton was made",
        2,
        "Switched on in Django",
        &["startproject"],
    ),
    (
        "INSTALLED_APPS and MIDDLEWARE in settings.py",
        2,
        "Switched on in Django",
        &[
            "locallibrary/locallibrary/settings.py",
            "INSTALLED_APPS",
            "django.contrib.sessions",
            "MIDDLEWARE",
            "django.contrib.sessions.middleware.SessionMiddleware",
        ],
    ),
    (
        "a view finds the session at request.session",
        2,
        "A handler asks for the session",
        &["request.session", "as often as you like"],
    ),
    (
        "get, with KeyError when absent",
        2,
        "In Django",
        &[r#"request.session["my_car"]"#, "KeyError"],
    ),
    (
        "get with a default",
        2,
        "In Django",
        &[r#"request.session.get("my_car", "mini")"#],
    ),
    (
        "test whether a key is present, and loop",
        2,
        "In Django",
        &[r#""my_car" in request.session"#, "items()"],
    ),
    (
        "set, delete, clear",
        2,
        "Changing it in Django",
        &[
            r#"request.session["my_car"] ="#,
            "del request.session",
            "clear()",
        ],
    ),
    (
        "the other methods: test cookies, expiry, clearing expired sessions",
        2,
        "The other methods",
        &[
            "set_test_cookie",
            "set_expiry",
            "get_expiry_date",
            "clear_expired",
        ],
    ),
    (
        "Django saves and sends the cookie when a key was assigned or deleted",
        2,
        "Changing it in Django",
        &["assigned or deleted", "*modified*", "its cookie sent"],
    ),
    (
        "an assignment to a key is noticed",
        4,
        "In Django",
        &[
            "Noticed: a key of the session is assigned",
            r#"request.session["my_car"] ="#,
        ],
    ),
    (
        "a change inside a value is not",
        4,
        "In Django",
        &[
            r#"request.session["my_car"]["wheels"] = "alloy""#,
            "Not noticed",
        ],
    ),
    (
        "session.modified = True forces the save",
        4,
        "In Django",
        &["request.session.modified = True"],
    ),
    (
        "the counter: read with 0 as default, add one, store back",
        3,
        "Three moves",
        &["Read the number", "take 0", "Add one", "Store the sum"],
    ),
    (
        "the view, in catalog/views.py",
        3,
        "In Django",
        &[
            "locallibrary/catalog/views.py",
            r#"request.session.get("num_visits", 0)"#,
            r#"request.session["num_visits"] = num_visits + 1"#,
            "context",
            "render(request",
        ],
    ),
    (
        "the line in the template, at the end of Dynamic content, singular and plural",
        3,
        "In the template",
        &[
            "locallibrary/catalog/templates/index.html",
            "num_visits|pluralize",
            "Dynamic content",
        ],
    ),
    (
        "restart the server, reload, and the number rises",
        3,
        "Look",
        &["Reload Ann's page. The number rises by one"],
    ),
    (
        "where it all comes from",
        1,
        "Read on",
        &["MDN: Django tutorial, part 7", "Yoon Joon Lee", "June 2019"],
    ),
];

#[test]
fn every_fact_of_the_deck_this_course_began_with_is_on_a_slide() {
    for (fact, number, heading, words) in FACTS {
        let slide = step(*number)
            .slides
            .split("\n---\n")
            .find(|slide| {
                let mut lines = slide.lines().filter(|line| line.starts_with('#'));
                lines.next().map(|line| line.trim_start_matches('#').trim()) == Some(*heading)
            })
            .unwrap_or_else(|| panic!("{fact}: deck {number} has no slide {heading:?}"));
        // A line may be broken anywhere.
        let slide = slide.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in *words {
            assert!(slide.contains(word), "{fact}: {heading:?} lacks {word:?}");
        }
    }
}
