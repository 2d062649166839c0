//! Step 6. Observe: what the cookie says, what the server holds, and how one follows the other.

use crate::support::pin_all_journeys;

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(6).await;
}
