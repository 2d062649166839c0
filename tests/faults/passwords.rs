//! Passwords that change while somebody signs in.

use std::time::Duration;

use journey::{Browser, OverHttp};

use crate::{binary::command, process::start};

/// F22: sign-ins with the old password while it is changed, 0 to 0.15 seconds after the change was sent. Whatever they
/// were answered, none is signed in afterwards. A site that only ends the sessions that it finds lets some of them stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_the_old_password_is_over_once_it_is_changed() {
    const ROUNDS: u32 = 16; // After twenty failures an address has to wait.
    let folder = tempfile::tempdir().unwrap();
    let running = start(command(8, &folder));
    let mut site = OverHttp::new(&running.address);
    let mut ann = Browser::new("Ann's");
    let mut password = "ann+reads+austen".to_string();
    let mut accepted = 0;
    let form = |password: &str| format!("name=ann&password={password}&next=/loans");
    ann.post(&mut site, "/sign-in", &form(&password))
        .await
        .unwrap();
    for round in 0..ROUNDS {
        let (address, with_the_old) = (running.address.clone(), form(&password));
        let signing_in = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(10) * round).await;
            let (mut late, mut site) = (Browser::new("a late one"), OverHttp::new(&address));
            let seen = late.post(&mut site, "/sign-in", &with_the_old).await;
            (late, seen.unwrap().remove(0).status)
        });
        let new = format!("ann+reads+book+{round}");
        let change = format!("old={password}&new={new}");
        let changed = ann.post(&mut site, "/password", &change).await.unwrap();
        assert_eq!(
            changed[0].redirects_to(),
            Some("/sessions"),
            "{}",
            changed[0].page
        );
        password = new;
        let (mut late, status) = signing_in.await.unwrap();
        accepted += u32::from(status == 303);
        let loans = late.get(&mut site, "/loans").await.unwrap().pop().unwrap();
        assert!(
            loans.page.contains("Password"),
            "round {round}: {}",
            loans.page
        );
    }
    assert!(
        accepted > 0,
        "some of them were in time with the old password"
    );
    let loans = ann.get(&mut site, "/loans").await.unwrap().pop().unwrap();
    assert!(loans.page.contains("signed in as"), "{}", loans.page);
}
