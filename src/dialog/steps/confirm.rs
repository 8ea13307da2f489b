use crate::dialog::execute::Next;
use crate::dialog::run::{Prompt, Run};
use crate::rules::{Confirm, Node};
use crate::session::{Phase, Question};

/// Unclear answers to a confirm before a person takes over.
const TRIES: u32 = 3;

impl Run<'_> {
    /// Reaching a confirm always asks: nothing that takes effect rests on an old yes.
    pub(in crate::dialog) fn step_confirm(&mut self, _confirm: &Confirm) -> Next {
        self.put_first_question();
        if let Some(frame) = self.doc.stack.last_mut() {
            frame.phase = Phase::Asked;
            // Why: the customer is asked anew, so what follows runs as if for the first time.
            frame.dirty.clear();
            frame.until = None;
            if let Some(step) = &frame.step {
                frame.trail.retain(|known| known != step);
            }
        }
        self.prompt = Prompt::First;
        Next::Rest
    }

    /// A clear yes or no.
    pub(in crate::dialog) fn confirmed(&mut self, node: &Node, confirm: &Confirm, yes: Answer) {
        self.doc.question = None;
        self.doc.chips.clear();
        self.prompt = Prompt::Quiet;
        if yes == Answer::Yes {
            self.pass_step();
            self.advance(node.next);
        } else if confirm.has_else {
            self.advance(confirm.otherwise.or(node.next));
        } else {
            // Why both: what the flows it ran asked for can be changed as well.
            let mut asked = confirm.slots.clone();
            let ran: Vec<_> =
                self.filled().into_iter().map(|ask| &ask.slot).filter(|slot| !asked.contains(slot)).cloned().collect();
            asked.extend(ran);
            self.doc.question = Some(Question::Change(asked));
            self.prompt = Prompt::First;
        }
    }

    /// Neither yes nor no: asked again, in the end by a person.
    pub(in crate::dialog) fn unclear_confirm(&mut self, node: &Node) {
        let Some(step) = node.id.as_ref() else { return };
        if self.failed_try(step, TRIES) {
            self.out_of_tries(None);
        } else {
            self.prompt = Prompt::Failed;
        }
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialog) enum Answer {
    Yes,
    No,
}
