//! The platforms of a kernel and their boards, and how sel4.toml's options that name one of them
//! are read.
//!
//! Up to 10.1.1 one option, such as `KernelARMPlatform`, named both platform and board. Since
//! 11.0.0 `KernelPlatform` names the platform, and the former option names the board if a platform
//! has several. CMake rejects a wrong name in a message without a line number, so the names are
//! checked before it runs.

use super::asked::{KernelOption, KernelOptions, Origin};
use super::check::{WrongValue, in_toml};
use super::declared::commands;
use super::report::{OptionReport, Verdict};
use crate::model::SingleValue;
use crate::model::contextualized::Contextualized;
use crate::nearest::nearest;
use crate::platform::PlatformData;
use std::collections::BTreeMap;
use std::path::Path;

const PLATFORM: &str = "KernelPlatform";

/// The options that name a platform's board; the first one that a platform has counts.
const BOARD: &[&str] = &["KernelARMPlatform", "KernelRiscVPlatform"];

/// Every option that named a platform in some release.
const ALL: &[&str] = &[
    PLATFORM,
    "KernelARMPlatform",
    "KernelRiscVPlatform",
    "KernelX86Platform",
];

/// The boards of a platform, as the kernel declares them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Boards {
    /// The option that names one of them; none on x86.
    option: Option<String>,
    /// Their names.
    names: Vec<String>,
    /// The default board, if there is a choice.
    usual: Option<String>,
}

/// Every platform of a kernel by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Platforms(BTreeMap<String, Boards>);

impl Platforms {
    /// Reads the files of a source tree that declare its platforms; empty if there are none that
    /// can be read.
    pub fn read(tree: &Path) -> Self {
        let folders = std::fs::read_dir(tree.join("src/plat")).into_iter().flatten().flatten();
        let texts = folders.filter_map(|folder| std::fs::read_to_string(folder.path().join("config.cmake")).ok());
        let mut all = Platforms::default();
        texts.for_each(|text| all.add(&text));
        all
    }

    fn add(&mut self, text: &str) {
        let (mut platforms, mut boards, mut listed) = (Vec::new(), Boards::default(), Vec::new());
        for command in commands(text) {
            let arguments: Vec<&str> = command.arguments.iter().map(String::as_str).collect();
            match (command.name.as_str(), &arguments[..]) {
                ("declare_platform", [name, ..]) => platforms.push((*name).to_owned()),
                ("set", ["plat_lists", names @ ..]) => listed = names.iter().map(|name| (*name).to_owned()).collect(),
                ("check_platform_and_fallback_to_default", [option, usual]) => {
                    boards.option = Some((*option).to_owned());
                    boards.usual = Some((*usual).to_owned());
                }
                ("config_set", [option, _, value]) if BOARD.contains(option) => {
                    boards.option = Some((*option).to_owned());
                    boards.names.push((*value).to_owned());
                }
                ("if" | "elseif", [option, "STREQUAL", name])
                    if BOARD.contains(&option.trim_matches(['$', '{', '}'])) =>
                {
                    boards.names.push((*name).to_owned());
                }
                _ => {}
            }
        }
        boards.names.extend(listed);
        boards.names.extend(boards.usual.clone());
        for platform in platforms {
            let mut own = boards.clone();
            for name in &mut own.names {
                *name = name.replace("${KernelPlatform}", &platform);
            }
            // `${KernelARMPlatform}` stands for the chosen board.
            own.names.retain(|name| !name.contains('$'));
            own.names.sort();
            own.names.dedup();
            self.0.insert(platform, own);
        }
    }

    /// The platform with that name, or with a board of that name, and the board if it has several.
    fn find(&self, word: &str) -> Option<(&str, Option<&str>)> {
        let is_it = |name: &str| name.eq_ignore_ascii_case(word);
        if let Some((name, _)) = self.0.iter().find(|(name, _)| is_it(name)) {
            return Some((name, None));
        }
        self.0.iter().find_map(|(platform, boards)| {
            let board = boards.names.iter().find(|name| is_it(name))?;
            Some((platform.as_str(), Some(board.as_str())))
        })
    }
}

/// Makes the options name platform and board as this kernel does. What had to be translated is
/// reported with the options of older releases.
///
/// # Errors
/// Options of sel4.toml that name no platform or board of this kernel.
pub(crate) fn settle(
    options: &mut KernelOptions,
    config: &Contextualized,
    platform: &PlatformData,
    tree: &Path,
) -> Result<(), Vec<WrongValue>> {
    let platforms = Platforms::read(tree);
    if platforms.0.is_empty() {
        return Ok(());
    }
    let wrong = |name: &str, value: &SingleValue, valid: &[&str], of: &str| {
        let one_of = if valid.len() > 1 { "one of " } else { "" };
        let near = nearest(&value.to_string(), valid.iter().copied());
        let near = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
        Err(vec![WrongValue {
            name: name.to_owned(),
            value: in_toml(value),
            place: config.asked_at.place(name),
            wanted: format!("{one_of}{} ({of}){near}", valid.join(", ")),
        }])
    };
    let Some(asked) = options.options.get(PLATFORM).cloned() else {
        return Ok(());
    };
    let asked_text = asked.value.to_string();
    let Some((own, board)) = platforms.find(&asked_text) else {
        let name = ALL
            .iter()
            .find(|name| config.sel4_config.get(**name) == Some(&asked.value));
        let names: Vec<&str> = platforms.0.keys().map(String::as_str).collect();
        let name = name.unwrap_or(&PLATFORM);
        return wrong(name, &asked.value, &names, "the platforms of this kernel");
    };
    let boards = &platforms.0[own];
    if own != asked_text {
        put(options, PLATFORM, own, asked.origin);
        if let (Some(option), Some(board)) = (&boards.option, board)
            && options
                .options
                .get(option)
                .is_none_or(|now| now.origin != Origin::Sel4Toml)
        {
            put(options, option, board, asked.origin);
        }
        if asked.origin == Origin::Sel4Toml {
            tell(options, PLATFORM, &asked_text, own, boards);
        }
    }
    for &name in &ALL[1..] {
        let Some(value) = config.sel4_config.get(name) else {
            continue;
        };
        let text = value.to_string();
        let is_board = boards.option.as_deref() == Some(name) && boards.names.contains(&text);
        if is_board {
            // The option still names a board, although its former meaning is gone.
            if text != own {
                options.translated.retain(|report| report.name != name);
                put(options, name, &text, Origin::Sel4Toml);
            }
        } else if text.eq_ignore_ascii_case(own) || platforms.find(&text).is_some_and(|(found, _)| found == own) {
            // Options whose former meaning is gone are reported already.
            if options
                .options
                .get(name)
                .is_some_and(|now| now.origin == Origin::Sel4Toml)
            {
                options.options.remove(name);
                if let Some(usual) = platform.options.get(name) {
                    put(options, name, &usual.to_string(), Origin::Platform);
                }
                tell(options, name, &text, own, boards);
            }
        } else if boards.option.as_deref().unwrap_or("KernelX86Platform") == name {
            let mut valid: Vec<&str> = boards.names.iter().map(String::as_str).collect();
            if valid.is_empty() {
                valid.push(own);
            }
            return wrong(
                name,
                value,
                &valid,
                &format!("the boards of platform {own} in this kernel"),
            );
        }
    }
    Ok(())
}

fn put(options: &mut KernelOptions, name: &str, value: &str, origin: Origin) {
    let value = SingleValue::String(value.to_owned());
    options.options.insert(name.to_owned(), KernelOption { value, origin });
}

fn tell(options: &mut KernelOptions, name: &str, asked: &str, own: &str, boards: &Boards) {
    let chosen = boards.option.as_ref().and_then(|option| {
        let value = options.options.get(option).map(|option| option.value.to_string());
        let value = value.or_else(|| boards.usual.clone())?;
        Some(format!("{option} = {value}"))
    });
    options.translated.push(OptionReport {
        name: name.to_owned(),
        asked: asked.to_owned(),
        verdict: Verdict::Board {
            platform: own.to_owned(),
            board: chosen,
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Document, Platform, SeL4Arch};
    use crate::options::options;

    /// The parts of a kernel's files that declare its platforms, in the forms that seL4's own files
    /// have.
    const FILES: &[&str] = &[
        "declare_platform(imx6 A B C)\n check_platform_and_fallback_to_default(KernelARMPlatform \"sabre\")\n\
         if(KernelARMPlatform STREQUAL \"sabre\")\n elseif(KernelARMPlatform STREQUAL \"wandq\")\n endif()\n\
         config_set(KernelARMPlatform ARM_PLAT ${KernelARMPlatform})",
        "declare_platform(exynos5 A B ${C})\n set(plat_lists exynos5250 exynos5410)\n\
         check_platform_and_fallback_to_default(KernelARMPlatform \"exynos5250\")",
        "declare_platform(tx1 A B C)\n config_set(KernelARMPlatform ARM_PLAT tx1)",
        "declare_platform(bcm2837 A B C)\n config_set(KernelARMPlatform ARM_PLAT rpi3)",
        "declare_platform(allwinnerA20 A B C)\n config_set(KernelARMPlatform ARM_PLAT allwinnerA20)",
        "declare_platform(imx8mm-evk A B C)\n declare_platform(imx8mq-evk A B C)\n\
         config_set(KernelARMPlatform ARM_PLAT ${KernelPlatform})",
        "declare_platform(spike A B C)\n config_set(KernelRiscVPlatform RISCV_PLAT \"spike\")",
        "set(plat_lists rocketchip-base rocketchip-zcu102)\n declare_platform(rocketchip A B C)\n\
         check_platform_and_fallback_to_default(KernelRiscVPlatform \"rocketchip-base\")",
        "declare_platform(pc99 KernelPlatPC99 PLAT_PC99 KernelArchX86)",
    ];

    fn tree() -> tempfile::TempDir {
        let tree = tempfile::tempdir().unwrap();
        for (index, text) in FILES.iter().enumerate() {
            let folder = tree.path().join("src/plat").join(index.to_string());
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("config.cmake"), text).unwrap();
        }
        tree
    }

    /// What the options that name platform and board become, with the reports; or the error.
    fn settled(platform: &str, sel4_arch: SeL4Arch, lines: &str) -> (Vec<String>, Vec<String>) {
        let text =
            format!("[sel4]\nkernel = {{ path = 'k' }}\n[sel4.config.{platform}]\n{lines}\n[build.{platform}]\n");
        let document = Document::parse(&text, Some(Path::new("sel4.toml"))).unwrap();
        let name = Platform(platform.to_owned());
        let config = document
            .contextualize(sel4_arch.arch(), sel4_arch, true, &name)
            .unwrap();
        let data = document.platform(&name).unwrap();
        let mut found = options(&config, data, crate::release::newest()).unwrap();
        match settle(&mut found, &config, data, tree().path()) {
            Err(wrong) => (Vec::new(), wrong.iter().map(ToString::to_string).collect()),
            Ok(()) => {
                let named = ALL.iter().filter_map(|name| Some((name, found.options.get(*name)?)));
                (
                    named.map(|(name, option)| format!("{name}={}", option.value)).collect(),
                    found.translated.iter().map(ToString::to_string).collect(),
                )
            }
        }
    }

    const ARM: SeL4Arch = SeL4Arch::Aarch32;

    #[test]
    fn the_files_of_selfe_0_1_for_sabre() {
        let sabre = vec!["KernelPlatform=imx6".to_owned(), "KernelARMPlatform=sabre".to_owned()];
        for (lines, option) in [
            ("KernelARMPlatform = 'imx6'", "KernelARMPlatform = imx6"),
            ("KernelPlatform = 'sabre'", "KernelPlatform = sabre"),
        ] {
            let (options, told) = settled("sabre", ARM, lines);
            assert_eq!(options, sabre, "{lines}");
            assert_eq!(
                told,
                [format!(
                    "{option}: using KernelPlatform = imx6 with KernelARMPlatform = sabre; since 11.0.0 the first names the platform and the second its board"
                )]
            );
        }
        for lines in ["KernelARMPlatform = 'sabre'", "KernelPlatform = 'imx6'", ""] {
            assert_eq!(settled("sabre", ARM, lines), (sabre.clone(), Vec::new()), "{lines}");
        }
        assert_eq!(
            settled("sabre", ARM, "KernelARMPlatform = 'wandq'").0[1],
            "KernelARMPlatform=wandq"
        );
    }

    #[test]
    fn other_boards_of_those_days() {
        let both = |platform: &str, board: &str| {
            let board = format!("KernelARMPlatform={board}");
            vec![format!("KernelPlatform={platform}"), board]
        };
        let exynos = settled("my-board", ARM, "KernelARMPlatform = 'exynos5410'");
        assert_eq!(exynos, (both("exynos5", "exynos5410"), Vec::new()));
        let exynos = settled("my-board", ARM, "KernelPlatform = 'exynos5410'");
        assert_eq!((exynos.0, exynos.1.len()), (both("exynos5", "exynos5410"), 1));
        let usual = settled("my-board", ARM, "KernelARMPlatform = 'exynos5'");
        assert_eq!(usual.0, ["KernelPlatform=exynos5"]);
        assert!(
            usual.1[0].contains("KernelPlatform = exynos5 with KernelARMPlatform = exynos5250"),
            "{usual:?}"
        );
        let case = settled("my-board", ARM, "KernelARMPlatform = 'allwinnera20'");
        assert_eq!(case.0, ["KernelPlatform=allwinnerA20"]);
        let pi = settled("my-board", SeL4Arch::Aarch64, "KernelARMPlatform = 'rpi3'");
        assert_eq!(pi, (both("bcm2837", "rpi3"), Vec::new()));
        let tx1 = settled("tx1", SeL4Arch::Aarch64, "KernelARMPlatform = 'tx1'");
        assert_eq!(tx1, (both("tx1", "tx1"), Vec::new()));
    }

    #[test]
    fn risc_v_and_x86() {
        let spike = settled("spike", SeL4Arch::Riscv64, "KernelRiscVPlatform = 'spike'");
        assert_eq!((spike.0, spike.1.len()), (vec!["KernelPlatform=spike".to_owned()], 1));
        let rocket = settled("rocket", SeL4Arch::Riscv64, "KernelRiscVPlatform = 'rocketchip-zcu102'");
        let both = ["KernelPlatform=rocketchip", "KernelRiscVPlatform=rocketchip-zcu102"];
        assert_eq!((rocket.0, rocket.1.len()), (both.map(str::to_owned).to_vec(), 0));
        let pc = settled("pc99", SeL4Arch::X86_64, "KernelX86Platform = 'pc99'");
        assert_eq!((pc.0, pc.1.len()), (vec!["KernelPlatform=pc99".to_owned()], 1));
        // The kernel ignores a value for another architecture's boards.
        let other = settled("pc99", SeL4Arch::X86_64, "KernelARMPlatform = 'sabre'");
        assert_eq!(other.0[0], "KernelPlatform=pc99");
    }

    #[test]
    fn what_names_no_board_is_refused_with_its_place() {
        let refused = |platform: &str, sel4_arch, lines: &str| settled(platform, sel4_arch, lines).1.join("\n");
        assert_eq!(
            refused("sabre", ARM, "KernelARMPlatform = 'sabrr'"),
            "sel4.toml:4:1: KernelARMPlatform = \"sabrr\" can't be: it has to be one of sabre, wandq (the boards of platform imx6 in this kernel); did you mean \"sabre\"?"
        );
        let text = refused("tx1", SeL4Arch::Aarch64, "KernelARMPlatform = 'sabre'");
        assert!(text.contains("it has to be tx1 (the boards of platform tx1"), "{text}");
        for (platform, sel4_arch, line) in [
            ("sabre", ARM, "KernelPlatform = 'imx66'"),
            ("my-board", ARM, "KernelARMPlatform = 'kzm'"),
            ("spike", SeL4Arch::Riscv64, "KernelRiscVPlatform = 'hifive'"),
            ("pc99", SeL4Arch::X86_64, "KernelX86Platform = 'pc98'"),
        ] {
            let text = refused(platform, sel4_arch, line);
            let (name, _) = line.split_once(' ').unwrap();
            assert!(
                text.starts_with(&format!("sel4.toml:4:1: {name} = ")) && text.contains("has to be"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_tree_that_tells_no_platforms_is_left_alone() {
        let tree = tempfile::tempdir().unwrap();
        assert_eq!(Platforms::read(tree.path()), Platforms::default());
    }
}
