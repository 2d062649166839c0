//! The broken programs. Observe: each shows its fault on the wire, and one line is to blame. That it is cured by that
//! line is tested in `tests/exercises`, where the cured programs are built.

use journey::{Counting, Verdict};

use crate::{
    steps::STEPS,
    support::{pin, read},
};

#[tokio::test]
async fn every_broken_program_shows_its_fault_and_its_wire_is_as_pinned() {
    for step in STEPS {
        let diagnosis = step.diagnosis;
        let seen = diagnosis.seen().await.unwrap();
        let expects = diagnosis.journey.expects.iter();
        let sound = expects.filter(|expect| expect.check(&seen, &Counting::AsHere).is_ok());
        assert_eq!(
            sound.count(),
            0,
            "step {}: nothing is wrong\n{seen}",
            step.number
        );
        pin(&format!("diagnosis{}-wire", step.number), &seen.to_string());
    }
}

#[test]
fn every_broken_program_has_one_wrong_line_and_clears_its_suspects() {
    for step in STEPS {
        let (number, diagnosis) = (step.number, step.diagnosis);
        assert_eq!(
            diagnosis.source,
            read(format!("steps/{number:02}/broken.rs"))
        );
        let begins = format!("//! A broken step {number}: ");
        assert!(diagnosis.source.starts_with(&begins), "step {number}");
        let words = diagnosis.symptom.replace(['“', '”'], "\"");
        let source = diagnosis.source.replace("\n//!", "");
        assert!(
            source.contains(&words),
            "step {number} complains otherwise: {words}"
        );
        assert_eq!(
            diagnosis.source.matches(diagnosis.wrong).count(),
            1,
            "step {number}: {}",
            diagnosis.wrong
        );
        let right = Verdict {
            found: true,
            why: diagnosis.why,
        };
        assert_eq!(
            diagnosis.answer(diagnosis.line()),
            Ok(right),
            "step {number}"
        );
        assert!(!diagnosis.suspects.is_empty(), "step {number}");
        for suspect in diagnosis.suspects {
            let mut lines = diagnosis.source.lines();
            let place = lines.position(|line| line.trim() == suspect.line);
            let place = place.unwrap_or_else(|| panic!("step {number}: {}", suspect.line));
            let cleared = Verdict {
                found: false,
                why: suspect.why,
            };
            assert_eq!(diagnosis.answer(place + 1), Ok(cleared), "step {number}");
        }
    }
}

#[test]
fn a_line_that_is_not_there_is_said_to_be_missing() {
    let diagnosis = STEPS[2].diagnosis;
    let lines = diagnosis.source.lines().count();
    for number in [0, lines + 1, usize::MAX] {
        let said = diagnosis.answer(number).unwrap_err();
        assert_eq!(
            said,
            format!("there is no line {number}; the program has lines 1 to {lines}")
        );
    }
    let about_nothing = diagnosis.answer(1).unwrap();
    assert!(!about_nothing.found && about_nothing.why == "This line does nothing.");
}
