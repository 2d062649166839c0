//! Many at once, and some who mean harm. The numbers are those of the project's list of faults.

use std::slice;

use tower_sessions::MemoryStore;

use crate::{
    cluster,
    crowd::{adopted, all_at_once_are_counted, everyone_counts_their_own, revived},
    site::Site,
};

/// With more, a busy machine leaves some waiting for longer than the store's patience, and refuses them.
const AT_ONCE: usize = 32;

/// F6.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_browsers_count_exactly_their_own_visits() {
    let _turn = cluster::turn().await;
    let Some(site) = Site::new().await else {
        return;
    };
    everyone_counts_their_own(slice::from_ref(&site.app), AT_ONCE).await;
    assert_eq!(site.rows().await, 1_000);
}

/// F7.
#[tokio::test(flavor = "multi_thread")]
async fn visits_of_one_browser_at_once_are_all_answered_and_counted() {
    let _turn = cluster::turn().await;
    let Some(site) = Site::new().await else {
        return;
    };
    all_at_once_are_counted(slice::from_ref(&site.app)).await;
}

/// F8: MemoryStore's save brings hundreds back.
#[tokio::test(flavor = "multi_thread")]
async fn no_logout_is_undone_by_a_save_in_flight() {
    let _turn = cluster::turn().await;
    let Some(site) = Site::new().await else {
        return;
    };
    assert_eq!(revived(&site.store, AT_ONCE).await, 0);
    assert_eq!(site.rows().await, 0);
    assert!(revived(&MemoryStore::default(), AT_ONCE).await >= 400);
}

/// F9.
#[tokio::test]
async fn no_route_adopts_an_id_that_the_server_did_not_give_out() {
    let Some(site) = Site::new().await else {
        return;
    };
    let adopted = adopted(site.app.clone(), &site.store, "step3").await;
    assert!(adopted.is_empty(), "{adopted:?}");
}

/// F14, as far as processes share nothing but the server: each site has connections of its own.
/// `faults::two_processes_with_one_database_count_together` runs two real ones.
#[tokio::test(flavor = "multi_thread")]
async fn sites_that_share_a_database_count_together() {
    let _turn = cluster::turn().await;
    let Some(one) = Site::new().await else {
        return;
    };
    let other = one.another().await;
    let apps = [one.app.clone(), other.app];
    everyone_counts_their_own(&apps, AT_ONCE).await;
    assert_eq!(one.rows().await, 1_000);
    all_at_once_are_counted(&apps).await;
}
