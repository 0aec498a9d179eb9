//! `selfe options`: the options of a kernel, read from the kernel itself.

use crate::context::{self, Choice};
use crate::exit::Failure;
use crate::progress::Terminal;
use anstream::println;
use clap::Args;
use selfe_config::build;
use selfe_config::cache::Cache;
use selfe_config::listing::{Listed, list};
use selfe_config::model::Document;
use selfe_config::options::Origin;
use selfe_config::options::declared::ValueKind;
use std::process::ExitCode;

/// The width of the text, in characters.
const WIDTH: usize = 104;
const INDENT: &str = "    ";

/// List the kernel's options for this platform: type, values, default, description and dependencies
///
/// The kernel is fetched and configured if that was not done before; nothing is built. An option
/// with unmet dependencies says so, and has no effect until they hold.
#[derive(Args)]
#[command(after_help = crate::exit::HELP)]
pub struct Options {
    /// Only options with this word in their name or description, in any case
    word: Option<String>,
    #[command(flatten)]
    choice: Choice,
    /// Show the tools' output
    #[arg(short, long)]
    verbose: bool,
}

impl Options {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let document = context::find()?.unwrap_or_else(Document::embedded);
        let chosen = self.choice.resolve(document)?;
        let cache = Cache::open()?;
        let progress = Terminal::new(self.verbose);
        let plan = build::plan(&cache, &chosen.config, chosen.platform()?, &progress)?;
        let all = list(&cache, &chosen.config, &plan, &progress)?;
        drop(progress);
        let word = self.word.unwrap_or_default().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&word);
        let found: Vec<&Listed> = all
            .iter()
            .filter(|option| has(&option.name) || has(&option.description))
            .collect();
        let context = &chosen.config.context;
        let of = format!(
            "seL4 {} for {} ({})",
            plan.release.version, context.platform, context.sel4_arch
        );
        found.iter().for_each(|option| print(option));
        match (found.len(), all.len()) {
            (0, all) => println!("none of the {all} options of {of} has `{word}` in its name or description"),
            (found, all) if found == all => println!("{all} options of {of}"),
            (found, all) => println!("{found} of {all} options of {of}"),
        }
        let declared = plan.declared.settable().count();
        if declared > all.len() {
            println!(
                "{} more are for other architectures and platforms",
                declared - all.len()
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(option: &Listed) {
    let mut facts = match &option.kind {
        ValueKind::Boolean => "on or off".to_owned(),
        ValueKind::Integer => "number".to_owned(),
        ValueKind::Choice(_) if option.values.is_empty() => "choice".to_owned(),
        ValueKind::Choice(_) => format!("one of {}", option.values.join(", ")),
        ValueKind::Text | ValueKind::Computed => "text".to_owned(),
    };
    if let Some(default) = &option.default {
        facts += &format!("; default {default}");
    }
    println!("{}  {facts}", option.name);
    if let (Some((origin, place)), Some(value)) = (&option.asked, &option.value) {
        let by = match (origin, place) {
            (Origin::Sel4Toml, Some(place)) => place.clone(),
            (origin, _) => origin.to_string(),
        };
        println!("    here {value} ({by})");
    }
    if option.unmet.is_empty() {
        if !option.depends.is_empty() {
            println!("    needs {}", option.depends.join("; "));
        }
    } else {
        println!("    not available: it needs {}", option.unmet.join("; "));
    }
    let text = option.description.split_whitespace().collect::<Vec<_>>().join(" ");
    let indented = textwrap::Options::new(WIDTH)
        .initial_indent(INDENT)
        .subsequent_indent(INDENT);
    textwrap::wrap(&text, indented.break_words(false))
        .iter()
        .for_each(|line| println!("{line}"));
    println!();
}
