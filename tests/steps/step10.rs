//! Step 10. Observe: whichever process answers, the count goes on, and no process is left behind. On PostgreSQL the same
//! is tested in `tests/postgres/step10.rs`.

use crate::support::pin_all_journeys;

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(10).await;
}
