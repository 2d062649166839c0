//! Step 10.

use super::{
    Answer,
    Verdict::{Right, Wrong},
};

const COUNTS: &str = "let counts = library.counts().await?;";
const ANSWERED_BY: &str = "(page::fact(\"answered by process\", &std::process::id()))";
const SHOWN: (&str, &str) = (
    ANSWERED_BY,
    "(page::fact(\"answered by process\", &std::process::id()))
     (page::fact(\"moves\", &moves))",
);
const ONE: &str = "    let one = machine(CachingSessionStore::new(cache, store.clone()));\n    let cache = MemoryStore::default();\n";
const OTHER: &str = "    let other = machine(CachingSessionStore::new(cache, store.clone()));\n";

pub const ANSWERS: &[Answer] = &[
    Answer {
        exercise: "10.1",
        name: "both values under one key",
        verdict: Right,
        changes: &[
            (
                COUNTS,
                "let counts = library.counts().await?;
                 let here = std::process::id();
                 let (last, moves): (Option<u32>, u64) = session.get_or(\"moves\", (None, 0)).await?;
                 let moves = if last.is_some_and(|last| last != here) { moves.saturating_add(1) } else { moves };
                 session.insert(\"moves\", (here, moves)).await?;",
            ),
            SHOWN,
        ],
    },
    Answer {
        exercise: "10.1",
        name: "a static in each process",
        verdict: Wrong("moves: 3 wanted, 1 found"),
        changes: &[
            (
                COUNTS,
                "let counts = library.counts().await?;
                 static MOVES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
                 let moves = MOVES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);",
            ),
            SHOWN,
        ],
    },
    Answer {
        exercise: "10.1",
        name: "every visit is a move",
        verdict: Wrong("nobody moves: moves: 0 wanted, 1 found"),
        changes: &[(
            ANSWERED_BY,
            "(page::fact(\"answered by process\", &std::process::id()))
             (page::fact(\"moves\", &num_visits))",
        )],
    },
    Answer {
        exercise: "10.1",
        name: "the first process is kept, and not the last",
        verdict: Wrong("moves: 3 wanted, 2 found"),
        changes: &[
            (
                COUNTS,
                "let counts = library.counts().await?;
                 let first: u32 = session.setdefault(\"process\", std::process::id()).await?;
                 let moves: u64 = session.get_or(\"moves\", 0).await?;
                 let moves = moves.saturating_add(u64::from(first != std::process::id()));
                 session.insert(\"moves\", moves).await?;",
            ),
            SHOWN,
        ],
    },
    Answer {
        exercise: "10.2",
        name: "two clones of one cache",
        verdict: Right,
        changes: &[(
            ONE,
            "    let one = machine(CachingSessionStore::new(cache.clone(), store.clone()));\n",
        )],
    },
    Answer {
        exercise: "10.2",
        name: "two clones of one store with its cache",
        verdict: Right,
        changes: &[
            (
                ONE,
                "    let cached = CachingSessionStore::new(cache, store.clone());
                 let one = machine(cached.clone());\n",
            ),
            (OTHER, "    let other = machine(cached);\n"),
        ],
    },
    Answer {
        exercise: "10.2",
        name: "a store each, below its cache",
        verdict: Wrong("should say “[0, 1, 2, 3, 4, 5, 6, 7] one store"),
        changes: &[
            (
                ONE,
                "    let one = machine(CachingSessionStore::new(cache, MemoryStore::default()));
                 let cache = MemoryStore::default();\n",
            ),
            (
                OTHER,
                "    let other = machine(CachingSessionStore::new(cache, MemoryStore::default()));\n",
            ),
        ],
    },
    Answer {
        exercise: "10.2",
        name: "no cache at all",
        verdict: Wrong("should still have a cache"),
        changes: &[
            (ONE, "    let one = machine(store.clone());\n"),
            (OTHER, "    let other = machine(store.clone());\n"),
        ],
    },
    Answer {
        exercise: "10.2",
        name: "a clone of a cache that each makes",
        verdict: Wrong("[0, 1, 1, 2, 2, 3, 3, 4]"),
        changes: &[(
            ONE,
            "    let one = machine(CachingSessionStore::new(cache.clone(), store.clone()));
                 let cache = MemoryStore::default();\n",
        )],
    },
    Answer {
        exercise: "10.2",
        name: "the cache is shared, and so is the store of the first line",
        verdict: Wrong("a memory each"),
        changes: &[
            (
                "    let other = machine(MemoryStore::default());\n",
                "    let other = one.clone();\n",
            ),
            (
                ONE,
                "    let one = machine(CachingSessionStore::new(cache.clone(), store.clone()));\n",
            ),
        ],
    },
];
