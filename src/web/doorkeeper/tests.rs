use std::time::Duration;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn an_address_has_its_tries_and_gains_them_back_with_time() {
    let door = Doorkeeper::new(6);
    let start = Instant::now();
    let tries = |address: &str, at: u64| door.admit(ip(address), start + Duration::from_secs(at)).is_ok();
    assert!((0..6).all(|_| tries("192.0.2.1", 0)));
    assert!(!tries("192.0.2.1", 0) && !tries("192.0.2.1", 9) && tries("192.0.2.1", 10) && !tries("192.0.2.1", 10));
    assert!(tries("192.0.2.2", 10), "a neighbour has tries of their own");
    assert!((0..6).all(|_| tries("2001:db8::1", 20)) && !tries("2001:db8::ffff:2", 20), "a subscriber of IPv6 is one");
}

#[test]
fn everybody_together_has_a_limit_too() {
    let door = Doorkeeper::new(1);
    let now = Instant::now();
    let admitted = (0..=255_u8).filter(|last| door.admit(IpAddr::from([198, 51, 100, *last]), now).is_ok()).count();
    assert_eq!(u64::try_from(admitted).unwrap(), EVERYBODY);
    assert_eq!(door.admit(ip("203.0.113.1"), now).unwrap_err().status, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn only_our_own_proxies_say_whom_a_request_is_from() {
    let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
    for (peer, told, is) in [
        ("203.0.113.9", vec!["192.0.2.1"], "203.0.113.9"),
        ("10.0.0.1", vec!["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", vec!["198.51.100.7", " 192.0.2.1 "], "192.0.2.1"),
        ("10.0.0.1", vec!["192.0.2.1", "10.0.0.2"], "192.0.2.1"),
        ("10.0.0.1", vec!["nonsense"], "10.0.0.1"),
        ("10.0.0.1", vec![], "10.0.0.1"),
    ] {
        assert_eq!(behind(ip(peer), &told, &proxies), ip(is), "{peer} {told:?}");
    }
}

#[test]
fn the_queue_for_hashing_is_bounded_and_moves_on() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let door = Doorkeeper::new(60);
        let cores = u32::try_from(door.hashing.available_permits()).unwrap();
        let all = door.hashing.acquire_many(cores).await.unwrap();
        let mut crowd: Vec<_> = (0..QUEUE).map(|_| Box::pin(door.hashing_turn())).collect();
        for one in &mut crowd {
            assert!(futures_util::FutureExt::now_or_never(one.as_mut()).is_none(), "waits for a turn");
        }
        assert!(door.hashing_turn().await.is_err(), "one more is sent away at once");
        drop(all);
        let mut crowd = crowd.into_iter();
        assert!(crowd.next().unwrap().await.is_ok());
    });
}
