//! The playground: a return in Chinese with a side question, then English, a person, the agent's answer, and the bot again.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use kefu::server::{Service, Settings, Tokens};
use kefu::testing::Script;
use kefu::{Engine, LoadError, MemoryStore};

use crate::audit::audit;
use crate::driver::{Browser, DARK, DESKTOP, PHONE, TABLET};
use crate::rules::always_open;
use crate::running::Running;

const TOKEN: &str = "operator-token-0123456789";

fn engine(folder: &Path) -> Result<Engine, LoadError> {
    Engine::builder().dir(folder)?.tracing().build()
}

/// Serves the playground over a folder of rules.
fn serve(folder: &Path) -> Running {
    let answers = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/shop_actions.yaml");
    let mut settings = Settings::new(Tokens::read(&format!("operator {TOKEN}")).unwrap());
    settings.playground = true;
    settings.answers = Some(Script::read("shop_actions.yaml", fs::read(answers).unwrap()).unwrap());
    let again = folder.to_owned();
    let service = Service::new(engine(folder).unwrap(), Arc::new(MemoryStore::new(1000)), settings)
        .unwrap()
        .reloading_from(folder, move || engine(&again));
    Running::of(service)
}

/// Writes as the customer, and waits until the turn is shown.
fn say(browser: &Browser, text: &str) {
    browser.write("#say", &format!("{text}\n"));
    answered(browser);
}

fn answered(browser: &Browser) {
    browser.until("!document.querySelector('.typing') && document.querySelector('#talk li:last-child:not(.customer)')");
}

#[test]
fn a_conversation_is_held_explained_and_handed_over() {
    let Some(browser) = Browser::start() else { return };
    let folder = always_open("playground");
    let running = serve(&folder);
    let address = format!("http://{}", running.address);
    browser.look(DESKTOP);

    // Without a token nothing is shown; a wrong one is told to be wrong.
    browser.open(&address);
    browser.until("document.querySelector('#sign-in').open");
    browser.write("#token", "no-token-of-anybody\n");
    browser.until_shows("#sign-in-error", "no operator");
    browser.open("about:blank");
    let _ = browser.complaints();
    browser.open(&format!("{address}/playground/#token={TOKEN}"));
    browser.until_shows("#rules-word", "Rules in use");
    browser.until("document.querySelectorAll('#samples button').length >= 4");
    assert_eq!(browser.run("return location.hash"), "", "the token stays in the address");
    audit(&browser, "1-welcome");

    // A return, in Chinese: what it is understood as, where its flow stands, and a side question that is answered first.
    say(&browser, "我想退货");
    browser.until("document.querySelector('.chips button')");
    browser.until_shows(".trace .candidates .first .name", "return");
    browser.until("document.querySelector('.quote mark.best').textContent.includes('退')");
    browser.until("document.querySelector('.flow .here')");
    assert_eq!(browser.run("return document.querySelector('.talk .bot p').lang"), "zh-Hans");
    say(&browser, "你们发货要几天？");
    browser.until("[...document.querySelectorAll('.talk .bot')].length >= 3");
    assert!(browser.text("#talk").contains("48"), "{}", browser.text("#talk"));
    // A chip by keyboard, as the pointer is not everybody's.
    browser.run("[...document.querySelectorAll('.talk li:last-child .chips button')].at(0).focus()");
    browser.press("\u{e007}");
    answered(&browser);
    browser.until("document.querySelectorAll('.talk li:last-child .chips button:enabled').length >= 4");
    browser.until_shows(".trace .table", "AB12345678");
    audit(&browser, "2-flow");
    browser.look(DARK);
    browser.until("document.documentElement.dataset.colours === 'dark'");
    audit(&browser, "3-flow-dark");
    browser.look(DESKTOP);
    browser.click(".talk li:last-child .chips button:first-child");
    answered(&browser);
    say(&browser, "对");
    browser.until_shows("#talk", "R-1001");

    // English, and a person.
    say(&browser, "where is my order CD87654321?");
    browser.until_shows("#talk", "SF0001");
    browser.until_shows(".quote mark.value", "CD87654321");
    say(&browser, "my phone is 13800138000, can i talk to a human please");
    browser.until_shows("#chat-state", "Waiting for a person");
    browser.until("document.querySelector('.case[open] .summary')");
    assert!(!browser.text("#desk").contains("13800138000"), "a phone number is shown: {}", browser.text("#desk"));
    audit(&browser, "4-handoff");
    // A second reason while one waits updates the handoff; what was said stands there once.
    say(&browser, "my lawyer will sue you over this");
    browser.until_shows(".lines", "will sue you");
    browser.until_shows(".facts", "legal");
    let twice = "const said = [...document.querySelectorAll('.lines li')].map((line) => line.textContent);
        return said.filter((line, at) => said.indexOf(line) !== at)";
    assert_eq!(browser.run(twice).as_array().map(Vec::len), Some(0));
    browser.click(".does .primary");
    browser.until_shows("#chat-state", "A person answers");
    say(&browser, "are you there?");
    browser.until_shows(".lines", "are you there?");
    browser.write(".case input", "Hello, Ana here. Your lamp comes tomorrow.\n");
    browser.until_shows(".talk .agent", "Ana here");
    audit(&browser, "5-agent");
    browser.look(DARK);
    audit(&browser, "6-agent-dark");
    browser.look(TABLET);
    audit(&browser, "7-tablet");
    browser.look(PHONE);
    for panel in ["chat", "why", "desk"] {
        browser.click(&format!("[data-shows={panel}]"));
        audit(&browser, &format!("8-phone-{panel}"));
    }
    browser.look(DESKTOP);
    browser.click(".does .quiet");
    browser.until_shows("#chat-state", "The bot answers");
    say(&browser, "how long does delivery take?");
    assert_eq!(browser.run("return document.querySelector('.talk li:last-child').className"), "bot");

    // After a reload of the page the conversation is still there.
    browser.open(&format!("{address}/playground/"));
    browser.until_shows(".talk .agent", "Ana here");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn rules_are_loaded_and_their_errors_shown_as_they_are_saved() {
    let Some(browser) = Browser::start() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("saved");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let save = |say: &str, key: &str| {
        let rules = format!(
            "languages: {{default: en}}\nintents:\n  hours:\n    {key}: {{en: [opening hours]}}\n    say: {{en: {say}}}\n"
        );
        fs::write(folder.join("bot.yaml"), rules).unwrap();
    };
    save("From 9 to 21.", "keywords");
    let running = serve(&folder);
    let address = format!("http://{}", running.address);
    browser.look(DESKTOP);
    browser.open(&format!("{address}/playground/#token={TOKEN}"));
    browser.until_shows("#rules-word", "Rules in use");
    say(&browser, "opening hours");
    assert!(browser.text("#talk").contains("From 9 to 21."));
    save("Always.", "keywrods");
    browser.until_shows("#rules-word", "in the rules");
    browser.until_shows(".problem", "did you mean `keywords`?");
    audit(&browser, "9-errors");
    browser.look(PHONE);
    audit(&browser, "9-errors-phone");
    browser.look(DESKTOP);
    say(&browser, "opening hours?");
    assert!(!browser.text("#talk").contains("Always."), "the old rules go on");
    save("Always.", "keywords");
    browser.until_shows("#rules-word", "Rules in use");
    browser.until("document.querySelector('#rules').hidden");
    say(&browser, "and the opening hours now?");
    assert!(browser.text("#talk").contains("Always."));
}

#[test]
fn the_page_is_used_without_a_pointer() {
    let Some(browser) = Browser::start() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("keyboard");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("bot.yaml"),
        "languages: {default: en}\nintents:\n  human: {keywords: {en: [human]}, handoff: asked}\n",
    )
    .unwrap();
    let running = serve(&folder);
    let address = format!("http://{}", running.address);
    browser.look(DESKTOP);
    browser.open(&format!("{address}/playground/#token={TOKEN}"));
    browser.until("document.activeElement.id === 'say'");
    let focused = || browser.run("return document.activeElement.id || document.activeElement.className");
    let first = "return document.querySelector('a[href], button, input, textarea, [tabindex]').className";
    assert_eq!(browser.run(first), "skip");
    browser.run("document.querySelector('.skip').focus()");
    let mut order = Vec::new();
    for _ in 0..4 {
        browser.press("\u{e004}");
        order.push(focused().as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(order, ["rules-state", "theme", "anew", "say"]);
    // The rules are opened, and Escape leads back to where one was.
    browser.run("document.querySelector('#rules-state').focus()");
    browser.press("\u{e007}");
    browser.until("!document.querySelector('#rules').hidden");
    browser.press("\u{e00c}");
    browser.until("document.querySelector('#rules').hidden");
    assert_eq!(focused(), "rules-state");
    // A handoff is accepted, answered and given back by keys alone; the focus goes where the next thing is done.
    say(&browser, "human");
    browser.until("document.querySelector('.does .primary')");
    browser.until("document.querySelector('#desk-live').textContent.includes('New handoff')");
    browser.run("document.querySelector('.does .primary').focus()");
    browser.press("\u{e007}");
    browser.until("document.activeElement.matches('.case input')");
    browser.press("Hello.\u{e007}");
    browser.until_shows(".talk .agent", "Hello.");
    browser.until("document.activeElement.matches('.case input')");
    browser.run("document.querySelector('.does .quiet').focus()");
    browser.press("\u{e007}");
    browser.until_shows("#chat-state", "The bot answers");
    browser.until("document.activeElement.matches('.case summary')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
