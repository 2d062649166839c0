//! Two processes where there was one: what step 10 needs so that one computer can play many machines.
//!
//! ```text
//! processes    starts the program again, twice
//! round_robin  each request goes to the next site
//! upstream     passes a request on to one of them, within limits
//! forwarded    says who the client was
//! visits       one browser at two sites, for the experiment
//! ```
//!
//! A site in production has a proxy that others have written, such as nginx, HAProxy or Caddy, or its provider's load
//! balancer. This one does the least that shows what happens to sessions behind any of them.

mod forwarded;
mod processes;
mod round_robin;
mod upstream;
mod visits;

pub use processes::{Place, is_behind_proxy, proxy};
pub use round_robin::round_robin;
pub use visits::{in_turn, sticky};
