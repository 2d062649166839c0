//! The lesson of each step, `NN/lesson.rs`, by its number.

use journey::{Act, Expect, Journey};

#[path = "01/lesson.rs"]
pub mod step1;
#[path = "10/lesson.rs"]
pub mod step10;
#[path = "11/lesson.rs"]
pub mod step11;
#[path = "12/lesson.rs"]
pub mod step12;
#[path = "13/lesson.rs"]
pub mod step13;
#[path = "02/lesson.rs"]
pub mod step2;
#[path = "03/lesson.rs"]
pub mod step3;
#[path = "04/lesson.rs"]
pub mod step4;
#[path = "05/lesson.rs"]
pub mod step5;
#[path = "06/lesson.rs"]
pub mod step6;
#[path = "07/lesson.rs"]
pub mod step7;
#[path = "08/lesson.rs"]
pub mod step8;
#[path = "09/lesson.rs"]
pub mod step9;

const fn journey(title: &'static str, acts: &'static [Act], expects: &'static [Expect]) -> Journey {
    Journey {
        title,
        acts,
        expects,
    }
}
