//! The steps' programs as modules, so that tests and the workshop can start them without a process of their own.
//!
//! A step's `main` runs in its own binary only.

#![expect(dead_code, reason = "nothing here calls a step's main")]

#[path = "01/main.rs"]
pub mod step1;
#[path = "10/main.rs"]
pub mod step10;
#[path = "11/main.rs"]
pub mod step11;
#[path = "12/main.rs"]
pub mod step12;
#[path = "13/main.rs"]
pub mod step13;
#[path = "02/main.rs"]
pub mod step2;
#[path = "03/main.rs"]
pub mod step3;
#[path = "04/main.rs"]
pub mod step4;
#[path = "05/main.rs"]
pub mod step5;
#[path = "06/main.rs"]
pub mod step6;
#[path = "07/main.rs"]
pub mod step7;
#[path = "08/main.rs"]
pub mod step8;
#[path = "09/main.rs"]
pub mod step9;
