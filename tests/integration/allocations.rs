//! Understanding a message allocates nothing once the scratch is warm.

use kefu::{Engine, Scratch};

use crate::workload::{chinese, engine, english, shop, shop_messages};

/// How often each message allocates when it comes the third time.
fn allocations(engine: &Engine, messages: &[String]) -> Vec<u64> {
    engine.warm_up();
    let mut scratch = Scratch::new();
    // Why twice before: lists kept from message to message take the place of one another until each has grown.
    for message in messages.iter().chain(messages) {
        engine.classify_with(&mut scratch, message);
    }
    let count = |message: &String| {
        allocation_counter::measure(|| {
            engine.classify_with(&mut scratch, message);
        })
        .count_total
    };
    messages.iter().map(count).collect()
}

#[test]
fn a_warm_scratch_needs_no_memory_for_a_pack_of_keywords_and_patterns() {
    for work in [english(300), chinese(300)] {
        let engine = engine(&work);
        for messages in [&work.messages, &work.long, &work.hostile] {
            let counts = allocations(&engine, messages);
            let worst = counts.iter().zip(messages).max().unwrap();
            assert_eq!(*worst.0, 0, "{} {}", work.language, worst.1);
        }
    }
}

/// The shop pack reads values, inflections and misspelt words of four languages; what that allocates must not grow.
#[test]
fn the_shop_pack_allocates_little() {
    let shop = shop();
    let messages: Vec<String> =
        shop_messages().into_iter().filter(|message| shop.classify(message).entities().is_empty()).collect();
    let counts = allocations(&shop, &messages);
    let allocating = counts.iter().filter(|count| **count > 0).count();
    let all: u64 = counts.iter().sum();
    println!("{allocating} of {} messages allocate, {all} times together", messages.len());
    assert!(all <= 3 * messages.len() as u64, "{allocating} of {} messages, {all} times", messages.len());
}
