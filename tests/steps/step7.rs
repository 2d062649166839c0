//! Step 7. Observe: a choice stays: through a search, a restart, and an older shape of its struct.

use crate::support::pin_all_journeys;

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(7).await;
}
