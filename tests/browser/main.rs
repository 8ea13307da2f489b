//! The pages in a real browser: headless Chromium, driven by `chromedriver` as the W3C describes it.
//!
//! Both are Debian's packages `chromium` and `chromium-driver`. Where there is no browser, `KEFU_NO_BROWSER=1` says so and
//! the tests tell that they did nothing. Pictures of the pages go to `target/tmp/browser`.

// Why: a test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]

mod audit;
#[path = "../../examples/shop_backend/backend/mod.rs"]
mod backend;
mod driver;
mod playground;
mod rules;
#[path = "../../benches/running.rs"]
mod running;
mod shop_page;
