//! Step 5. Observe: the same count after a restart, from a row that anybody can read.

use crate::support::pin_all_journeys;

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(5).await;
}
